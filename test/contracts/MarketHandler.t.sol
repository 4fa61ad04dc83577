// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Strings } from "@openzeppelin/contracts/utils/Strings.sol";
import { Batch, Freeze, ModelStake, Position, ResultEntry } from "../../contracts/interfaces/IAssay.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

/// @notice Everybody who can act on Assay, with two models: one whose results are whatever comes, one that is always weak in perturbation.
/// Steps that whoever takes them can see to be pointless are skipped; what remains must not revert.
/// @dev Ends in .t.sol because the runner only knows the contracts of such files.
contract MarketHandler is AssayFixture {
    uint256 private constant DELEGATORS = 3;
    bytes32 private constant WEAK_DIGEST = keccak256("weak");

    struct OpenFreeze {
        bytes32 versionId;
        uint256 roundId;
    }

    uint256 public anyModel;
    uint256 public weakModel;
    uint256 public donated;
    uint256 public resultsApplied;
    /// Set when a step breaks a promise that only the step itself can see.
    string public broken;
    OpenFreeze[] private _open;

    constructor() {
        setUp();
        (anyModel, ) = _standardModel();
        (weakModel, ) = _register(WEAK_DIGEST);
        vm.prank(owner);
        assay.setLane(weakModel, 1);
        for (uint256 i; i < DELEGATORS; ++i) _fund(account(i));
    }

    // ---------------------------------------------------------------- steps
    /// @notice The one call the fuzzer makes: a step, which must not revert.
    function act(uint256 kind, uint256 which, uint256 who, uint256 amount) external {
        bytes memory step = _step(kind % 10, which, who, amount);
        (bool done, ) = address(this).call(step);
        if (!done) broken = string.concat("a step reverted: ", Strings.toString(kind % 10));
    }

    function _step(uint256 kind, uint256 which, uint256 who, uint256 amount) private view returns (bytes memory) {
        if (kind == 0) return abi.encodeCall(this.stepBond, (which, amount));
        if (kind == 1) return abi.encodeCall(this.stepBondUnbond, (which, amount));
        if (kind == 2) return abi.encodeCall(this.stepWithdrawBond, (which));
        if (kind == 3) return abi.encodeCall(this.stepDelegate, (which, who, amount));
        if (kind == 4) return abi.encodeCall(this.stepUnbond, (which, who, amount));
        if (kind == 5) return abi.encodeCall(this.stepWithdraw, (which, who));
        if (kind == 6) return abi.encodeCall(this.stepRound, (amount, who));
        if (kind == 7) return abi.encodeCall(this.stepRelease, (which));
        if (kind == 8) return abi.encodeCall(this.stepDonate, (amount));
        return abi.encodeCall(this.stepWait, (amount));
    }

    function stepBond(uint256 which, uint256 assets) external {
        _bond(_model(which), _within(assets, 1, 1e5 * UNIT));
    }

    function stepBondUnbond(uint256 which, uint256 assets) external {
        uint256 modelId = _model(which);
        ModelStake memory stake = _stake(modelId);
        uint256 available = stake.bond - stake.unbondingBond;
        if (available == 0) return;
        vm.prank(owner);
        assay.requestBondUnbond(modelId, _within(assets, 1, available));
    }

    function stepWithdrawBond(uint256 which) external {
        uint256 modelId = _model(which);
        ModelStake memory stake = _stake(modelId);
        if (stake.unbondingBond == 0 || block.timestamp < stake.bondUnlocksAt || _held(stake)) return;
        vm.prank(owner);
        assay.withdrawBond(modelId, owner);
    }

    function stepDelegate(uint256 which, uint256 who, uint256 assets) external {
        _delegate(account(who), _model(which), _within(assets, 1, 1e5 * UNIT));
    }

    function stepUnbond(uint256 which, uint256 who, uint256 shares) external {
        uint256 modelId = _model(which);
        Position memory position = assay.positionOf(modelId, account(who));
        uint256 available = position.shares - position.unbondingShares;
        if (available == 0) return;
        vm.prank(account(who));
        assay.requestUnbond(modelId, _within(shares, 1, available));
    }

    function stepWithdraw(uint256 which, uint256 who) external {
        uint256 modelId = _model(which);
        Position memory position = assay.positionOf(modelId, account(who));
        if (position.unbondingShares == 0 || block.timestamp < position.unlocksAt) return;
        if (_held(_stake(modelId))) return;
        vm.prank(account(who));
        assay.withdraw(modelId, account(who));
    }

    /// @dev The next epoch's round, with a result for both models.
    function stepRound(uint256 score, uint256 skippedEpochs) external {
        vm.warp(block.timestamp + (skippedEpochs % 8) * EPOCH);
        _nextEpoch();
        uint256 roundId = _drawRound();
        Batch memory batch = _batch(roundId, anyModel, DIGEST, _word(score % 10_001));
        ResultEntry memory first = batch.results[0];
        batch.results = new ResultEntry[](2);
        batch.results[0] = first;
        uint256 weak = _wordOf([uint256(10_000), 10_000, 10_000, 5_600, 0, 0, 10_000], 600);
        batch.results[1] = ResultEntry({ modelId: weakModel, digest: WEAK_DIGEST, word: weak });
        _post(batch);
        ++resultsApplied;
        _noteFreeze(anyModel, roundId);
        _noteFreeze(weakModel, roundId);
        _mustRefuse(batch);
    }

    function stepRelease(uint256 which) external {
        if (_open.length == 0) return;
        uint256 index = which % _open.length;
        OpenFreeze memory open = _open[index];
        uint256 releasableAt = assay.freezeOf(open.versionId, open.roundId).frozenAt + _policy().freezeWindow;
        if (block.timestamp < releasableAt) vm.warp(releasableAt);
        assay.release(open.versionId, open.roundId);
        _open[index] = _open[_open.length - 1];
        _open.pop();
    }

    function stepDonate(uint256 assets) external {
        uint256 amount = _within(assets, 1, UNIT);
        token.transfer(address(assay), amount);
        donated += amount;
    }

    function stepWait(uint256 time) external {
        vm.warp(block.timestamp + (time % 20 days));
    }

    /// @dev Everybody leaves, waiting no longer than promised. Not for the fuzzer: the test calls it.
    function leaveAll() external {
        for (uint256 i; i < 2; ++i) _requestAll(_model(i));
        uint256 deadline = block.timestamp + UNBONDING + 21 days;
        vm.warp(block.timestamp + UNBONDING);
        for (uint256 i; i < 2; ++i) {
            ModelStake memory stake = _stake(_model(i));
            if (_held(stake)) vm.warp(stake.heldUntil);
        }
        if (block.timestamp > deadline) broken = "held for longer than 21 days";
        for (uint256 i; i < 2; ++i) _withdrawAll(_model(i));
    }

    // ---------------------------------------------------------------- what the invariants read
    function account(uint256 who) public pure returns (address) {
        return address(uint160(0xACC0000 + (who % DELEGATORS)));
    }

    /// @dev Bonds, pools, frozen amounts, commons fund and donations.
    function accounted() external view returns (uint256 assets) {
        assets = assay.commonsFund() + donated;
        for (uint256 i; i < 2; ++i) {
            ModelStake memory stake = _stake(_model(i));
            assets += uint256(stake.bond) + stake.delegated;
        }
        for (uint256 i; i < _open.length; ++i) {
            Freeze memory frozen = assay.freezeOf(_open[i].versionId, _open[i].roundId);
            assets += uint256(frozen.fromBond) + frozen.fromDelegations;
        }
    }

    function held() external view returns (uint256) {
        return token.balanceOf(address(assay));
    }

    function stakeOf(uint256 modelId) external view returns (ModelStake memory) {
        return _stake(modelId);
    }

    function sharesOfAll(uint256 modelId) external view returns (uint256 shares, uint256 unbonding) {
        for (uint256 i; i < DELEGATORS; ++i) {
            Position memory position = assay.positionOf(modelId, account(i));
            shares += position.shares;
            unbonding += position.unbondingShares;
        }
    }

    function roundsOf(uint256 modelId) external view returns (uint256) {
        return _memory(assay.currentVersion(modelId)).rounds;
    }

    function openFreezes() external view returns (uint256) {
        return _open.length;
    }

    function isAdmitted(uint256 modelId) external view returns (bool) {
        return lens.isAdmitted(modelId);
    }

    // ---------------------------------------------------------------- steps' own parts
    function _model(uint256 which) private view returns (uint256) {
        return which % 2 == 0 ? anyModel : weakModel;
    }

    function _held(ModelStake memory stake) private view returns (bool) {
        return stake.openFreezes != 0 && block.timestamp < stake.heldUntil;
    }

    function _noteFreeze(uint256 modelId, uint256 roundId) private {
        bytes32 versionId = assay.currentVersion(modelId);
        if (assay.freezeOf(versionId, roundId).frozenAt == 0) return;
        _open.push(OpenFreeze({ versionId: versionId, roundId: roundId }));
        ModelStake memory stake = _stake(modelId);
        uint256 heldBefore = uint256(stake.bond) + stake.delegated + stake.lossInEpoch;
        if (stake.lossInEpoch * 10_000 > heldBefore * _policy().lossCapBps) broken = "loss above its cap";
    }

    /// @dev The same batch a second time.
    function _mustRefuse(Batch memory batch) private {
        uint256 signers = assay.committeeOf(batch.roundId);
        bytes[] memory signatures = _signatures(batch, signers);
        try assay.post(batch, signers, signatures) {
            broken = "a batch applied twice";
        } catch {}
    }

    function _requestAll(uint256 modelId) private {
        ModelStake memory stake = _stake(modelId);
        uint256 bond = stake.bond - stake.unbondingBond;
        if (bond != 0) {
            vm.prank(owner);
            assay.requestBondUnbond(modelId, bond);
        }
        for (uint256 i; i < DELEGATORS; ++i) {
            Position memory position = assay.positionOf(modelId, account(i));
            uint256 shares = position.shares - position.unbondingShares;
            if (shares == 0) continue;
            vm.prank(account(i));
            assay.requestUnbond(modelId, shares);
        }
    }

    function _withdrawAll(uint256 modelId) private {
        if (_stake(modelId).unbondingBond != 0) {
            vm.prank(owner);
            assay.withdrawBond(modelId, owner);
        }
        for (uint256 i; i < DELEGATORS; ++i) {
            if (assay.positionOf(modelId, account(i)).unbondingShares == 0) continue;
            vm.prank(account(i));
            assay.withdraw(modelId, account(i));
        }
    }
}
