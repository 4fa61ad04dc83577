// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { AssayLens } from "../../../contracts/AssayLens.sol";
import { OwnerArbitrator } from "../../../contracts/arbitrators/OwnerArbitrator.sol";
import { FeeStream, ModelStake, Position } from "../../../contracts/interfaces/IAssayVault.sol";
import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { DataCode } from "../../../contracts/libraries/DataCode.sol";
import { FeeLib } from "../../../contracts/libraries/FeeLib.sol";
import { Memory, MemoryLib } from "../../../contracts/libraries/MemoryLib.sol";
import { StakeLib } from "../../../contracts/libraries/StakeLib.sol";
import { vm, VmLog } from "../Vm.sol";
import { BoardFold } from "./BoardFold.sol";
import { Losses } from "./Losses.sol";
import { RecordFold, Version } from "./RecordFold.sol";

/// @title System: the whole system, everybody who can act on it, and what is watched at every step
/// @notice A step is one call of the fuzzer. It skips what whoever takes it can see to be pointless; what remains must not revert. After a step its
/// events are folded, and nobody may have gained or lost by what another did.
abstract contract System is Losses, RecordFold, BoardFold {
    uint256 internal constant MODELS_MAX = 4;
    uint256 internal constant VERSIONS_MAX = 3;
    uint256 internal constant SEATS_MAX = 16;
    uint256 internal constant DELEGATORS = 3;
    uint256 internal constant DEVELOPERS = 2;
    address internal constant NOBODY = address(0);

    OwnerArbitrator internal arbitrator;
    AssayLens internal lens;
    /// @notice How often each step was not pointless.
    mapping(bytes4 selector => uint256) public done;
    /// @dev Rounds that were drawn.
    uint256[] internal _rounds;
    /// Tokens sent to the vault without a call.
    uint256 internal _donated;
    mapping(address signer => uint256) internal _keyOf;
    uint256 internal _nextKey;
    /// @dev Whom shares were sent to in this step.
    address private _receiver;
    mapping(uint256 modelId => mapping(address account => uint256)) private _worthBefore;

    // ---------------------------------------------------------------- beginning
    function setUp() public virtual override {
        arbitrator = new OwnerArbitrator(address(this), 0);
        super.setUp();
        lens = new AssayLens(address(assay));
        board.setGuardian(address(this));
        for (uint256 i; i < DELEGATORS; ++i) _fund(_delegator(i));
        for (uint256 i; i < DEVELOPERS; ++i) _fund(_developer(i));
        for (; _nextKey < _seats(); ++_nextKey) _keyOf[vm.addr(KEY + _nextKey)] = KEY + _nextKey;
        for (uint256 i; i < 3; ++i) _begin(i);
        _foldEvents();
    }

    /// @dev Two models in the standard lane, one that stays an experiment.
    function _begin(uint256 number) private {
        vm.prank(_developer(number));
        (uint256 modelId, ) = assay.register("model", keccak256(abi.encode(number)), URI, 0);
        vm.prank(_developer(number));
        vault.bond(modelId, 20_000 * UNIT);
        _delegate(_delegator(number), modelId, 30_000 * UNIT);
        if (number == 2) return;
        vm.prank(_developer(number));
        assay.setLane(modelId, 1);
    }

    function _seats() internal pure override returns (uint256) {
        return 10;
    }

    function _standards() internal view override returns (Policy memory policy) {
        return _variant(0);
    }

    /// @dev Small committees, admission after two rounds, losses that matter, and a bucket that is often full.
    function _variant(uint256 number) internal view returns (Policy memory policy) {
        policy = _policy();
        (policy.committeeSize, policy.quorum, policy.minRounds, policy.massMin) = (3, 2, 2, 600);
        (policy.lossBaseBps, policy.lossCapBps, policy.experimentalLossCapBps) = (2_000, 2_000, 1_000);
        (policy.bucketBps, policy.arbitrator) = (30, address(arbitrator));
        if (number == 1) policy.shards = 2;
        if (number == 2) (policy.minRounds, policy.freezeWindow, policy.bucketBps) = (4, 8 days, 3_000);
        if (number == 3) (policy.lossBaseBps, policy.lossCapBps, policy.lossEpoch) = (500, 1_000, 1 days);
        if (number == 4) (policy.evaluationPrice, policy.publicShareBps, policy.bucketPeriod) = (0, 5_000, 3 days);
        if (number == 5) (policy.committeeSize, policy.quorum, policy.arbitrator) = (5, 3, address(0));
        if (number == 6) (policy.massCap, policy.bondMin) = (1_000, uint96(5_000 * UNIT));
        if (number == 6) (policy.evaluationFee, policy.disputeDeposit) = (0, 0);
        policy.halfSaturation += uint96(number);
    }

    // ---------------------------------------------------------------- a step
    /// @param actor Who may gain or lose by it.
    modifier step(address actor) {
        vm.recordLogs();
        _rememberWorth();
        _;
        _foldEvents();
        _checkWorth(actor);
        _checkPolicyInForce();
        _receiver = NOBODY;
    }

    function _done() internal {
        ++done[msg.sig];
    }

    function _sentTo(address receiver) internal {
        _receiver = receiver;
    }

    /// @dev Half of those who have to wait do.
    function _mayWaitUntil(uint256 time, uint256 chance) internal {
        if (chance % 2 == 0 && block.timestamp < time) vm.warp(time);
    }

    /// @dev A call that may be refused. The runner also records the events of what was undone: they are thrown away.
    function _try(address target, bytes memory call) internal returns (bool accepted) {
        _foldEvents();
        (accepted, ) = target.call(call);
        if (!accepted) vm.getRecordedLogs();
    }

    function _foldEvents() internal {
        VmLog[] memory events = vm.getRecordedLogs();
        fold.take(events);
        for (uint256 i; i < events.length; ++i) {
            if (events[i].emitter == address(vault)) _foldVault(events[i]);
            else if (events[i].emitter == address(assay)) _foldRecord(events[i]);
            else if (events[i].emitter == address(board)) _foldBoard(events[i]);
        }
    }

    /// @dev INV-08: what is in force has waited for its notice.
    function _checkPolicyInForce() private {
        uint256 policyId = board.currentPolicyId();
        if (!_mayBeInForce(policyId)) _breach(8, "a policy in force before its time");
    }

    // ---------------------------------------------------------------- INV-02
    function _rememberWorth() private {
        for (uint256 modelId = 1; modelId <= assay.modelCount(); ++modelId) {
            _forgetFlows(modelId);
            (ModelStake memory stake, ) = _withDueFees(modelId);
            for (uint256 i; i < DELEGATORS; ++i) {
                address account = _delegator(i);
                _worthBefore[modelId][account] = _worth(stake, vault.positionOf(modelId, account));
            }
        }
    }

    /// @dev Others' shares are worth more only by fees, restores and rounding for the pool, and less only by freezes.
    function _checkWorth(address actor) private {
        for (uint256 modelId = 1; modelId <= assay.modelCount(); ++modelId) {
            (ModelStake memory stake, uint256 due) = _withDueFees(modelId);
            Flow memory flow = _flows[modelId];
            uint256 mayGain = flow.paidIn + due + _roundingOf(stake);
            uint256 mayLose = flow.frozen == 0 ? 0 : flow.frozen + 2;
            for (uint256 i; i < DELEGATORS; ++i) {
                address account = _delegator(i);
                if (account == actor || account == _receiver) continue;
                uint256 before = _worthBefore[modelId][account];
                uint256 now_ = _worth(stake, vault.positionOf(modelId, account));
                if (now_ > before + mayGain) _breach(2, "somebody gained by another's step");
                if (now_ + mayLose < before) _breach(2, "somebody lost by another's step");
            }
        }
    }

    /// @dev The stake as it would be if its fees were settled now: they belong to whoever was there while they streamed.
    function _withDueFees(uint256 modelId) private view returns (ModelStake memory stake, uint256 toDelegations) {
        stake = vault.stakeOf(modelId);
        if (!stake.streaming) return (stake, 0);
        FeeStream memory stream = vault.streamOf(modelId);
        (, toDelegations, ) = FeeLib.split(
            FeeLib.dueDown(stream.amount, stream.updatedAt, stream.endsAt, block.timestamp),
            StakeLib.activeBond(stake.bond, stake.unbondingBond),
            StakeLib.activeDelegations(stake.delegated, stake.shares)
        );
        if (toDelegations == 0) return (stake, 0);
        uint256 toUnbonding;
        if (stake.openFreezes != 0 && stake.unbondingShares != 0) {
            toUnbonding = (toDelegations * stake.unbondingAssets) / (uint256(stake.delegated) + stake.unbondingAssets);
        }
        stake.delegated += uint96(toDelegations - toUnbonding);
        stake.unbondingAssets += uint96(toUnbonding);
    }

    /// @dev What shares of both pools are worth.
    function _worth(ModelStake memory stake, Position memory position) internal pure returns (uint256) {
        return
            StakeLib.assetsForDown(position.shares, stake.shares, stake.delegated) +
            StakeLib.assetsForDown(position.unbondingShares, stake.unbondingShares, stake.unbondingAssets);
    }

    /// @dev A unit, and what a share costs where shares are dear: as much as a deposit can lose by rounding.
    function _roundingOf(ModelStake memory stake) private pure returns (uint256) {
        uint256 active = StakeLib.assetsForDown(1, stake.shares, stake.delegated);
        uint256 unbonding = StakeLib.assetsForDown(1, stake.unbondingShares, stake.unbondingAssets);
        return 3 + active + unbonding;
    }

    // ---------------------------------------------------------------- people and things
    function _delegator(uint256 who) internal pure returns (address) {
        return address(uint160(0xDE1E0000 + (who % DELEGATORS)));
    }

    function _developer(uint256 who) internal pure returns (address) {
        return address(uint160(0xDEF0000 + (who % DEVELOPERS)));
    }

    function _model(uint256 which) internal view returns (uint256) {
        return 1 + (which % assay.modelCount());
    }

    function _version(uint256 which) internal view returns (Version memory) {
        return _versions[which % _versions.length];
    }

    function _holder(uint256 modelId) internal view returns (address) {
        return assay.ownerOf(modelId);
    }

    function _isPaused() internal view returns (bool) {
        return block.timestamp < board.pausedUntil();
    }

    function _isHeld(ModelStake memory stake) internal view returns (bool) {
        return stake.openFreezes != 0 && block.timestamp < stake.heldUntil;
    }

    /// @dev When what unlocks then may leave.
    function _leavesAt(ModelStake memory stake, uint256 unlocksAt) internal view returns (uint256) {
        return _isHeld(stake) && stake.heldUntil > unlocksAt ? stake.heldUntil : unlocksAt;
    }

    function _policyInForce() internal view returns (Policy memory) {
        (, address pointer) = board.policyInForce();
        return DataCode.readPolicy(pointer);
    }

    function _foldedMemoryOf(bytes32 versionId) internal view returns (Memory memory) {
        return MemoryLib.unpack(_foldedMemory[versionId]);
    }

    /// @dev Of the list's keys, in the order of the bits.
    function _signedBy(
        bytes32 digest,
        uint256 signers,
        address seatsPointer
    ) internal view returns (bytes memory signatures) {
        bytes memory list = DataCode.read(seatsPointer);
        for (; signers != 0; signers &= signers - 1) {
            address signer = DataCode.addressAt(list, _lowestSeat(signers));
            signatures = bytes.concat(signatures, _compact(_keyOf[signer], digest));
        }
    }
}
