// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { Assay } from "../../contracts/Assay.sol";
import { Batch, IAssay, ModelStake, ResultEntry } from "../../contracts/interfaces/IAssay.sol";
import { AdmissionState } from "../../contracts/interfaces/IAssayLens.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { CombineLib } from "../../contracts/libraries/CombineLib.sol";
import { Memory, MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { ResultLib } from "../../contracts/libraries/ResultLib.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { ReentrantToken } from "./HostileTokens.sol";
import { vm } from "./Vm.sol";

/// @notice What somebody with something to gain would try, and what comes of it.
contract AttackTest is AssayFixture {
    uint256 private modelId;
    bytes32 private versionId;

    function setUp() public override {
        super.setUp();
        (modelId, versionId) = _standardModel();
    }

    // ---------------------------------------------------------------- versions
    /// @dev One new version takes off what it takes off; a chain of them in one block takes off no more.
    function test_Attack_ChainOfVersionsToLoseTheScar() public {
        _measureRounds(modelId, 3, _good());
        _measure(modelId, DIGEST, _bad());
        Memory memory failed = _memory(versionId);
        bytes32 last;
        for (uint256 i; i < 8; ++i) last = _addVersion(keccak256(abi.encode(i)));
        Memory memory inherited = _memory(last);
        _isTrue(inherited.scar > 0, "there is a scar");
        _same(inherited.scar, failed.scar / 2, "half of the scar");
        _same(inherited.mass, failed.mass / 4, "a quarter of the evidence");
        _same(inherited.rates, failed.rates, "at the same rates");
        _same(inherited.strikes, failed.strikes, "all strikes");
        _same(inherited.cleanOwed, failed.cleanOwed, "all clean rounds owed");
    }

    /// @dev Every version of a model that fails opens a freeze; together they take no more than the cap, and each is released once.
    function test_Attack_ManyVersionsInOneBatch() public {
        _delegate(delegator, modelId, 4_000 * UNIT);
        for (uint256 i; i < 4; ++i) _addVersion(keccak256(abi.encode(i)));
        _nextEpoch();
        uint256 roundId = _drawRound();
        Batch memory batch = _batch(roundId, modelId, DIGEST, _bad());
        batch.results = new ResultEntry[](5);
        batch.results[4] = ResultEntry({ modelId: modelId, digest: DIGEST, word: _bad() });
        for (uint256 i; i < 4; ++i) batch.results[i] = ResultEntry(modelId, keccak256(abi.encode(i)), _bad());
        _post(batch);

        uint256 frozen = 6_000 * UNIT - _heldBy(modelId);
        _isTrue(frozen <= 600 * UNIT && frozen >= 600 * UNIT - 5, "a tenth, all versions together");
        vm.warp(block.timestamp + 7 days);
        uint256 released;
        for (uint256 i; i < 5; ++i) {
            bytes32 version = assay.versionIdOf(modelId, batch.results[i].digest);
            if (assay.freezeOf(version, roundId).frozenAt == 0) continue;
            assay.release(version, roundId);
            (bool again, ) = address(assay).call(abi.encodeCall(IAssay.release, (version, roundId)));
            _isTrue(!again, "once");
            ++released;
        }
        _isTrue(released > 1, "several freezes");
        _same(_stake(modelId).openFreezes, 0, "none is left");
        _same(token.balanceOf(address(assay)), _heldBy(modelId) + assay.commonsFund(), "held");
        _same(assay.commonsFund() * 2, frozen, "half of it");
    }

    // ---------------------------------------------------------------- ways around a freeze
    /// @dev The lane can change; the freeze and the hold do not go away, and neither does the state once the lane is back.
    function test_Attack_LaneChangeDuringAFreeze() public {
        uint256 bonded = _requestWholeBond();
        uint256 roundId = _measure(modelId, DIGEST, _bad());
        uint256 heldUntil = _stake(modelId).heldUntil;
        _setLane(0);
        vm.warp(heldUntil - 1);
        _expect(abi.encodeWithSelector(IAssay.StillUnbonding.selector, _stake(modelId).bondUnlocksAt, heldUntil - 1));
        _withdrawBond(owner);
        _setLane(1);
        _same(uint256(lens.explain(modelId).state), uint256(AdmissionState.Contested), "contested all the same");
        vm.warp(heldUntil);
        assay.release(versionId, roundId);
        vm.warp(_stake(modelId).bondUnlocksAt);
        _isTrue(_withdrawBond(owner) < bonded, "paid for it");
    }

    /// @dev Whoever buys a model buys its freeze and its hold; whoever sold it has no way to the bond.
    function test_Attack_TransferDuringAFreeze() public {
        _requestWholeBond();
        vm.warp(block.timestamp + UNBONDING);
        uint256 roundId = _measure(modelId, DIGEST, _bad());
        vm.prank(owner);
        assay.transferFrom(owner, delegator, modelId);
        uint256 heldUntil = _stake(modelId).heldUntil;
        _expect(abi.encodeWithSelector(IAssay.HeldByFreeze.selector, heldUntil, block.timestamp));
        _withdrawBond(delegator);
        _expect(_notOwner(modelId, owner));
        _withdrawBond(owner);
        _isTrue(assay.freezeOf(versionId, roundId).fromBond > 0, "still frozen");
    }

    /// @dev Adding a unit to the bond of a rival neither restarts its clock nor extends its hold.
    function test_Attack_DustBondToDelayTheOwner() public {
        uint256 bonded = _requestWholeBond();
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(delegator);
        assay.bond(modelId, 1);
        _same(_withdrawBond(owner), bonded, "all that was requested");
        _same(_stake(modelId).bond, 1, "the rest stays");
    }

    /// @dev Freezes of a few units until no more fit: no stake is safe behind them, because nobody is admitted with one open.
    function test_Attack_DustFreezesUpToTheBound() public {
        Policy memory fast = _policy();
        (fast.lossEpoch, fast.freezeWindow) = (1, 21 days);
        _setPolicy(fast);
        (uint256 dust, ) = _register(DIGEST);
        vm.prank(owner);
        assay.setLane(dust, 1);
        _bond(dust, 10_000);
        for (uint256 i; i < 16; ++i) _measure(dust, DIGEST, _bad());
        _same(_stake(dust).openFreezes, 16, "bound");
        _bond(dust, 5_000 * UNIT);
        _measureRounds(dust, 16, _word(10_000));
        _isTrue(!lens.isAdmitted(dust), "a large bond behind dust freezes is not admitted");
        _isTrue(lens.explain(dust).reasons & (1 << 8) != 0, "for the open freezes");
    }

    // ---------------------------------------------------------------- batches
    /// @dev A signature is for one round.
    function test_Attack_ReplayInAnotherRound() public {
        _nextEpoch();
        uint256 first = _drawRound();
        Batch memory batch = _batch(first, modelId, DIGEST, _good());
        bytes[] memory signatures = _signatures(batch, assay.committeeOf(first));
        _post(batch);
        // The next round has the same committee when it has every seat.
        Policy memory everybody = _policy();
        (everybody.committeeSize, everybody.quorum) = (9, 5);
        _setPolicy(everybody);
        _nextEpoch();
        batch.roundId = _drawRound();
        uint256 signers = assay.committeeOf(first);
        (bool done, bytes memory reason) = address(assay).call(
            abi.encodeCall(IAssay.post, (batch, signers, signatures))
        );
        _isTrue(!done && bytes4(reason) == IAssay.WrongSignature.selector, "refused");
    }

    /// @dev Seats and standards that come after the opening have no say in the round.
    function test_Attack_SeatsAndPolicyDuringARound() public {
        _nextEpoch();
        uint256 roundId = _drawRound();
        uint256 committee = assay.committeeOf(roundId);
        for (uint256 i = SEATS; i < 40; ++i) board.addSeat(address(this), vm.addr(FIRST_KEY + i), "link");
        Policy memory alone = _policy();
        (alone.committeeSize, alone.quorum) = (1, 1);
        _setPolicy(alone);
        _same(assay.committeeOf(roundId), committee, "committee");
        Batch memory batch = _batch(roundId, modelId, DIGEST, _good());
        uint256 one = _lowest(committee, 1);
        bytes[] memory signatures = _signatures(batch, one);
        _expect(abi.encodeWithSelector(IAssay.TooFewSigners.selector, 1, 4));
        assay.post(batch, one, signatures);
        _post(batch);
    }

    // ---------------------------------------------------------------- pools
    /// @dev Losses as heavy as any policy allows, day after day: deposits stay fair, and the last one leaves with what is left.
    function testFuzz_Attack_DrainedPool(uint96 delegated, uint96 late, uint8 rounds) public {
        Policy memory harsh = _policy();
        (harsh.lossBaseBps, harsh.lossCapBps, harsh.lossEpoch, harsh.freezeWindow) = (3_000, 3_000, 1, 1);
        _setPolicy(harsh);
        _delegate(delegator, modelId, _within(delegated, 1, 1e6 * UNIT));
        _requestWholeBond();
        for (uint256 i; i < 1 + (rounds % 24); ++i) {
            uint256 roundId = _measure(modelId, DIGEST, _bad());
            vm.warp(block.timestamp + 1);
            if (assay.freezeOf(versionId, roundId).frozenAt != 0) assay.release(versionId, roundId);
            _isTrue(_stake(modelId).unbondingBond <= _stake(modelId).bond, "the unbonding part is within the bond");
        }
        uint256 assets = _within(late, 1, 100 * UNIT);
        address newcomer = address(0x1A7E);
        _fund(newcomer);
        (bool joined, ) = _tryDelegate(newcomer, assets);
        if (joined) {
            uint256 back = _exit(newcomer);
            // A share of a drained pool is worth far less than a unit, so what rounding takes is a unit.
            _isTrue(back <= assets && assets - back <= 1, "a newcomer pays nothing for losses before");
        }
        _exit(delegator);
        _same(_stake(modelId).shares, 0, "everybody left");
        _isTrue(_stake(modelId).delegated <= 1, "and took everything along");
        _same(token.balanceOf(address(assay)), _heldBy(modelId) + assay.commonsFund(), "held");
    }

    // ---------------------------------------------------------------- hostile tokens
    /// @dev A token that calls back while it is paid out finds every way to tokens closed.
    function test_Attack_ReentrancyOnTheWayOut() public {
        ReentrantToken hostile = new ReentrantToken(address(this), 100 * UNIT);
        Assay other = new Assay(address(hostile), address(board), EPOCH, UNBONDING);
        other.register("model", DIGEST, "");
        hostile.approve(address(other), type(uint256).max);
        uint256 shares = other.delegate(1, UNIT);
        other.bond(1, UNIT);
        other.requestUnbond(1, shares);
        other.requestBondUnbond(1, UNIT);
        vm.warp(block.timestamp + UNBONDING);
        bytes[4] memory calls = [
            abi.encodeCall(IAssay.withdraw, (1, address(this))),
            abi.encodeCall(IAssay.withdrawBond, (1, address(this))),
            abi.encodeCall(IAssay.delegate, (1, UNIT)),
            abi.encodeCall(IAssay.release, (versionId, 1))
        ];
        for (uint256 i; i < calls.length; ++i) {
            hostile.arm(other, calls[i]);
            // The token calls as itself, so owner checks would refuse the bond first; the guard stands before all of them.
            _expect(abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
            other.withdraw(1, address(this));
            _expect(abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
            other.withdrawBond(1, address(this));
        }
    }

    // ---------------------------------------------------------------- arithmetic at the bounds
    /// @dev No memory and no result, however extreme, makes a field of the memory word spill into its neighbour under the widest
    /// standards the bounds allow.
    function testFuzz_Attack_FieldsNeverSpill(
        uint256 memoryWord,
        uint256 resultWord,
        uint32 later,
        uint16 seed
    ) public pure {
        Memory memory self = MemoryLib.unpack(memoryWord);
        self.lastRound >>= 1;
        self.tickedAt >>= 1;
        self.rates = _foldLanes(self.rates, MemoryLib.ONE);
        uint256 word = _extremeResult(resultWord);
        Policy memory widest = _widest(seed);
        if (self.mass > widest.massCap * MemoryLib.ITEM) self.mass = widest.massCap * MemoryLib.ITEM;
        uint256 tickedAt = self.tickedAt;
        CombineLib.applyResult(self, word, self.lastRound + 1 + (seed % 9), tickedAt + (later >> 1), widest);
        Memory memory read = MemoryLib.unpack(MemoryLib.pack(self));
        _same(keccak256(abi.encode(read)), keccak256(abi.encode(self)), "every field within its width");
        for (uint256 family; family < 7; ++family) _isTrue(MemoryLib.rate(self, family) <= MemoryLib.ONE, "rate");
        _isTrue(self.mass <= widest.massCap * MemoryLib.ITEM, "mass");
    }

    function _extremeResult(uint256 random) private pure returns (uint256) {
        uint256 attempts = ResultLib.attempts(random);
        uint256 items = ResultLib.items(random);
        return
            ResultLib.pack(
                _foldLanes(ResultLib.scores(random), 10_000),
                items == 0 ? 1 : items,
                attempts,
                attempts == 0 ? 0 : ResultLib.retries(random) % (attempts + 1),
                attempts == 0 ? 0 : ResultLib.hardFailures(random) % (attempts + 1),
                0x7f
            );
    }

    function _foldLanes(uint256 lanes, uint256 max) private pure returns (uint256 folded) {
        for (uint256 i; i < 7; ++i) folded |= (((lanes >> (16 * i)) & 0xffff) % (max + 1)) << (16 * i);
    }

    function _widest(uint16 seed) private pure returns (Policy memory policy) {
        policy = _policy();
        policy.floorsBps = [uint16(9_900), 9_900, 9_900, 9_900, 9_900, 9_900, 9_900];
        policy.slashFloorsBps = [uint16(9_899), 9_899, 9_899, 9_899, 9_899, 9_899, 9_899];
        policy.sharesBps = [uint16(10_000), 10_000, 10_000, 10_000, 10_000, 10_000, 10_000];
        policy.massCap = seed & 1 == 0 ? 4_095 : 1;
        policy.itemsCap = seed & 2 == 0 ? 65_535 : 1;
        policy.halfLife = seed & 4 == 0 ? 64 : 64 * 31 days;
        policy.scarCap = policy.retryScar = policy.hardFailureScar = 65_535;
        policy.failZ2 = seed & 8 == 0 ? 100 : 4;
    }

    // ---------------------------------------------------------------- steps
    function _addVersion(bytes32 digest) private returns (bytes32) {
        vm.prank(owner);
        return assay.addVersion(modelId, digest, "");
    }

    function _setLane(uint8 lane) private {
        vm.prank(owner);
        assay.setLane(modelId, lane);
    }

    function _requestWholeBond() private returns (uint256 bonded) {
        bonded = _stake(modelId).bond;
        vm.prank(owner);
        assay.requestBondUnbond(modelId, bonded);
    }

    function _withdrawBond(address account) private returns (uint256) {
        vm.prank(account);
        return assay.withdrawBond(modelId, account);
    }

    function _tryDelegate(address account, uint256 assets) private returns (bool, bytes memory) {
        vm.prank(account);
        return address(assay).call(abi.encodeCall(IAssay.delegate, (modelId, assets)));
    }

    function _exit(address account) private returns (uint256) {
        uint256 shares = assay.positionOf(modelId, account).shares;
        vm.prank(account);
        assay.requestUnbond(modelId, shares);
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(account);
        return assay.withdraw(modelId, account);
    }

    function _heldBy(uint256 id) private view returns (uint256) {
        ModelStake memory stake = _stake(id);
        return uint256(stake.bond) + stake.delegated;
    }
}
