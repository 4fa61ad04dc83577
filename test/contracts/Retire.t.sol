// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssay, Retirement } from "../../contracts/interfaces/IAssay.sol";
import { MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

contract RetireTest is AssayFixture {
    uint256 private modelId;
    bytes32 private versionId;

    function setUp() public override {
        super.setUp();
        (modelId, versionId) = _standardModel();
    }

    /// @dev Served for two days, measured for three, liable for as long as stake takes to leave, kept for a year.
    function _ends() private view returns (Retirement memory) {
        uint64 nowAt = uint64(block.timestamp);
        return
            Retirement({
                servedUntil: nowAt + 2 days,
                evaluatedUntil: nowAt + 3 days,
                liableUntil: nowAt + uint64(UNBONDING),
                recordUntil: nowAt + 365 days
            });
    }

    function _retire(Retirement memory ends) private {
        vm.prank(owner);
        assay.retire(modelId, ends);
    }

    function test_Retire() public {
        uint256 word = assay.memoryOf(versionId) | (MemoryLib.RETIRED << 248);
        _expectAssayEvent();
        emit IAssay.ModelRetired(modelId, _ends(), word);
        _retire(_ends());
        _same(assay.memoryOf(versionId), word, "memory");
        _same(keccak256(abi.encode(assay.retirementOf(modelId))), keccak256(abi.encode(_ends())), "ends");
        _same(assay.retirementOf(9).recordUntil, 0, "others");
    }

    /// @dev Not one second longer.
    function test_Retire_EndsAdmission() public {
        _measureRounds(modelId, 3, _good());
        _isTrue(assay.isAdmitted(modelId), "admitted");
        Retirement memory ends = _ends();
        _retire(ends);
        _isTrue(assay.isAdmitted(modelId), "still served");
        vm.warp(ends.servedUntil - 1);
        _isTrue(assay.isAdmitted(modelId), "up to its end");
        vm.warp(ends.servedUntil);
        _isTrue(!assay.isAdmitted(modelId), "and no longer");
        vm.warp(ends.servedUntil + 1);
        _isTrue(!assay.isAdmitted(modelId), "nor ever again");
    }

    /// @dev A round that began before the end of liability costs stake, one that began at it or later does not; both are remembered.
    function test_Retire_EndsLiability() public {
        Retirement memory ends = _ends();
        // The start of the epoch after the delay.
        ends.liableUntil = uint64(assay.genesis() + 15 * EPOCH);
        _retire(ends);
        vm.warp(ends.liableUntil - EPOCH);
        uint256 last = _drawRound();
        _post(_batch(last, modelId, DIGEST, _bad()));
        _isTrue(_isFrozen(versionId, last), "liable");
        uint256 later = _measure(modelId, DIGEST, _bad());
        _isTrue(!_isFrozen(versionId, later), "liable no more");
        _same(_memory(versionId).lastRound, later, "remembered all the same");
        _same(_memory(versionId).strikes / MemoryLib.STRIKE, 1, "strikes");
    }

    /// @dev An older version's failure is held against the model's retirement too.
    function test_Retire_OlderVersionIsNotLiableLonger() public {
        _addVersion(modelId, keccak256("v2"));
        Retirement memory ends = _ends();
        _retire(ends);
        vm.warp(ends.liableUntil);
        uint256 roundId = _measure(modelId, DIGEST, _bad());
        _isTrue(!_isFrozen(versionId, roundId), "liable no more");
    }

    /// @dev Whatever an owner retires between signing and posting, the batch applies.
    function test_Retire_BlocksNoBatch() public {
        _nextEpoch();
        uint256 roundId = _drawRound();
        Retirement memory ends = _ends();
        ends.servedUntil = ends.evaluatedUntil = uint64(block.timestamp);
        _retire(ends);
        _post(_batch(roundId, modelId, DIGEST, _good()));
        _same(_memory(versionId).lastRound, roundId, "applied");
    }

    function test_Retire_OwnerCanStillUnbond() public {
        _retire(_ends());
        _setLane(modelId, 0);
        vm.prank(owner);
        vault.requestBondUnbond(modelId, 2_000 * UNIT);
        _isTrue(_hasFlag(versionId, MemoryLib.RETIRED | MemoryLib.LEFT), "flags");
    }

    // ---------------------------------------------------------------- refusals
    function test_RevertWhen_RetiredTwice() public {
        _retire(_ends());
        bytes memory reason = abi.encodeWithSelector(IAssay.ModelIsRetired.selector, modelId);
        Retirement memory ends = _ends();
        _expect(reason);
        _retire(ends);
        _expect(reason);
        vm.prank(owner);
        assay.addVersion(modelId, keccak256("v2"), "", 0);
    }

    function test_RevertWhen_RetireNotOwner() public {
        Retirement memory ends = _ends();
        _expect(_notModelOwner(modelId, address(this)));
        assay.retire(modelId, ends);
        _expect(abi.encodeWithSelector(IAssay.UnknownModel.selector, 7));
        assay.retire(7, ends);
    }

    function test_RevertWhen_RetirementOutOfOrder() public {
        Retirement memory ends = _ends();
        ends.servedUntil = uint64(block.timestamp - 1);
        _refusedOrder(ends, 0, ends.servedUntil, block.timestamp);
        ends = _ends();
        ends.evaluatedUntil = ends.servedUntil - 1;
        _refusedOrder(ends, 1, ends.evaluatedUntil, ends.servedUntil);
        ends = _ends();
        ends.liableUntil -= 1;
        _refusedOrder(ends, 2, ends.liableUntil, block.timestamp + UNBONDING);
        ends = _ends();
        ends.evaluatedUntil = ends.liableUntil + 1;
        _refusedOrder(ends, 2, ends.liableUntil, ends.evaluatedUntil);
        ends = _ends();
        ends.recordUntil = ends.liableUntil - 1;
        _refusedOrder(ends, 3, ends.recordUntil, ends.liableUntil);
    }

    function _refusedOrder(Retirement memory ends, uint256 place, uint256 value, uint256 atLeast) private {
        _expect(abi.encodeWithSelector(IAssay.RetirementOutOfOrder.selector, place, value, atLeast));
        _retire(ends);
    }

    function testFuzz_Retire(uint64 served, uint64 evaluated, uint64 liable, uint64 kept) public {
        uint256 nowAt = block.timestamp;
        Retirement memory ends = Retirement(served, evaluated, liable, kept);
        bool ordered = served >= nowAt && evaluated >= served && liable >= evaluated && kept >= liable;
        vm.prank(owner);
        (bool done, ) = address(assay).call(abi.encodeCall(IAssay.retire, (modelId, ends)));
        _isTrue(done == (ordered && liable >= nowAt + UNBONDING), "exactly what is in order is accepted");
    }
}
