// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Strings } from "@openzeppelin/contracts/utils/Strings.sol";
import { FreezeRecord, ModelStake, Position } from "../../contracts/interfaces/IAssayVault.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { StakeLib } from "../../contracts/libraries/StakeLib.sol";
import { VaultFixture } from "./VaultFixture.sol";
import { vm } from "./Vm.sol";

/// @notice Everybody who can act on the vault: an owner, delegators, payers, the record that orders freezes, releasers, the court, evaluators, a
/// donor; with one model in each lane. Steps that whoever takes them can see to be pointless are skipped; what remains must not revert.
/// @dev Ends in .t.sol because the runner only knows the contracts of such files. Sums of what the vault owes are kept here, not there.
contract MarketHandler is VaultFixture {
    uint256 private constant DELEGATORS = 3;
    uint256 private constant STEPS = 21;
    address private constant EVALUATOR = address(0xE7A1);

    uint256[2] public models;
    uint256 public seatId;
    /// Tokens sent without a call.
    uint256 public donated;
    /// Of the records in `_open`.
    uint256 public frozen;
    /// Set when a step breaks a promise that only the step itself can see.
    string public broken;
    FreezeRecord[] private _open;
    /// What each account's shares were worth before a step, by model.
    mapping(uint256 modelId => mapping(address account => uint256)) private _worthBefore;
    mapping(uint256 place => bool) private _unpaid;

    constructor() {
        setUp();
        models = [_standardModel(), _register()];
        seatId = board.addSeat(EVALUATOR, vm.addr(KEY), LINK);
        for (uint256 i; i < DELEGATORS; ++i) _fund(account(i));
        _fund(EVALUATOR);
        vm.prank(account(0));
        vault.setOperator(address(this), true);
    }

    /// @dev A bucket that is often full, and losses that matter.
    function _standards() internal pure override returns (Policy memory policy) {
        policy = _policy();
        (policy.lossBaseBps, policy.lossCapBps) = (2_000, 2_000);
        (policy.experimentalLossCapBps, policy.bucketBps) = (1_000, 800);
    }

    // ---------------------------------------------------------------- steps
    /// @notice The one call the fuzzer makes: a step, which must not revert, and what it must not do to others.
    function act(uint256 kind, uint256 which, uint256 who, uint256 amount) external {
        _rememberWorth();
        bytes memory step = _step(kind % STEPS, which, who, amount);
        (bool done, ) = address(this).call(step);
        if (!done) broken = string.concat("a step reverted: ", Strings.toString(kind % STEPS));
        _checkWorth(kind % STEPS, who);
    }

    function _step(uint256 kind, uint256 which, uint256 who, uint256 amount) private view returns (bytes memory) {
        if (kind == 0) return abi.encodeCall(this.stepBond, (which, amount));
        if (kind == 1) return abi.encodeCall(this.stepBondUnbond, (which, amount));
        if (kind == 2) return abi.encodeCall(this.stepWithdrawBond, (which));
        if (kind == 3) return abi.encodeCall(this.stepDelegate, (which, who, amount));
        if (kind == 4) return abi.encodeCall(this.stepUnbond, (which, who, amount));
        if (kind == 5) return abi.encodeCall(this.stepWithdraw, (which, who));
        if (kind == 6) return abi.encodeCall(this.stepFail, (which, amount));
        if (kind == 7) return abi.encodeCall(this.stepRelease, (which));
        if (kind == 8) return abi.encodeCall(this.stepDonate, (amount));
        if (kind == 9) return abi.encodeCall(this.stepWait, (amount));
        if (kind == 10) return abi.encodeCall(this.stepTransfer, (which, who, amount));
        if (kind == 11) return abi.encodeCall(this.stepPay, (which, amount));
        if (kind == 12) return abi.encodeCall(this.stepSettle, (which));
        if (kind == 13) return abi.encodeCall(this.stepPrepay, (which, amount));
        if (kind == 14) return abi.encodeCall(this.stepLottery, (amount));
        if (kind == 15) return abi.encodeCall(this.stepFreezeWaiting, (which));
        if (kind == 16) return abi.encodeCall(this.stepContest, (which));
        if (kind == 17) return abi.encodeCall(this.stepResolve, (which, amount));
        if (kind == 18) return abi.encodeCall(this.stepSeat, (who, amount));
        if (kind == 19) return abi.encodeCall(this.stepClaim, (amount));
        return abi.encodeCall(this.stepLane, (which));
    }

    // ---------------------------------------------------------------- the owner
    function stepBond(uint256 which, uint256 assets) external {
        _bond(_model(which), _within(assets, 1, 1e5 * UNIT));
    }

    function stepBondUnbond(uint256 which, uint256 assets) external {
        uint256 modelId = _model(which);
        ModelStake memory stake = _stake(modelId);
        uint256 keep = _lane(modelId) == 1 ? _policy().bondMin : 0;
        uint256 available = stake.bond - stake.unbondingBond;
        if (available <= keep) return;
        _requestBond(modelId, _within(assets, 1, available - keep));
    }

    function stepWithdrawBond(uint256 which) external {
        uint256 modelId = _model(which);
        ModelStake memory stake = _stake(modelId);
        if (stake.unbondingBond == 0 || block.timestamp < stake.bondUnlocksAt || _isHeld(stake)) return;
        vm.prank(owner);
        vault.withdrawBond(modelId, owner);
    }

    function stepLane(uint256 which) external {
        uint256 modelId = _model(which);
        _setLane(modelId, _lane(modelId) == 1 ? 0 : 1);
    }

    // ---------------------------------------------------------------- delegators
    function stepDelegate(uint256 which, uint256 who, uint256 assets) external {
        ModelStake memory stake = _stake(_model(which));
        uint256 amount = _within(assets, 1, 1e5 * UNIT);
        // Fees on a pool of a few shares make them dear.
        bool buysNone = StakeLib.sharesForDown(amount, stake.shares, stake.delegated) == 0;
        if (stake.openFreezes != 0 || buysNone) return;
        _delegate(account(who), _model(which), amount);
    }

    function stepTransfer(uint256 which, uint256 who, uint256 shares) external {
        uint256 modelId = _model(which);
        uint256 balance = vault.balanceOf(account(who), modelId);
        vm.prank(account(who));
        vault.transfer(account((who % DELEGATORS) + 1), modelId, shares % (balance + 1));
    }

    function stepUnbond(uint256 which, uint256 who, uint256 shares) external {
        uint256 modelId = _model(which);
        uint256 available = vault.balanceOf(account(who), modelId);
        if (available == 0) return;
        _request(account(who), modelId, _within(shares, 1, available));
    }

    function stepWithdraw(uint256 which, uint256 who) external {
        uint256 modelId = _model(which);
        Position memory position = _position(modelId, account(who));
        if (position.unbondingShares == 0 || block.timestamp < position.unlocksAt) return;
        if (_isHeld(_stake(modelId))) return;
        _withdraw(account(who), modelId);
    }

    // ---------------------------------------------------------------- payers, donor, time
    function stepPay(uint256 which, uint256 assets) external {
        vault.pay(_model(which), _within(assets, 1, 1e4 * UNIT));
    }

    function stepSettle(uint256 which) external {
        vault.settleFees(_model(which));
    }

    function stepPrepay(uint256 which, uint256 rounds) external {
        vault.prepay(_model(which), _within(rounds, 1, 100));
    }

    function stepDonate(uint256 assets) external {
        uint256 amount = _within(assets, 1, UNIT);
        token.transfer(address(vault), amount);
        donated += amount;
    }

    function stepWait(uint256 time) external {
        vm.warp(block.timestamp + (time % 20 days));
    }

    // ---------------------------------------------------------------- record
    function stepFail(uint256 which, uint256 severity) external {
        _nextEpoch();
        uint256 modelId = _model(which);
        (uint256 level, uint256 updatedAt) = vault.bucket();
        uint256 balance = token.balanceOf(address(vault));
        FreezeRecord memory set = _failingResult(modelId, _within(severity, 1_000, 10_000), severity % 4);
        if (set.frozenAt == 0) return;
        _open.push(set);
        frozen += _sum(set);
        _checkBucket(level, updatedAt, balance, _sum(set));
        _checkCap(modelId);
    }

    function stepLottery(uint256 slots) external {
        record.fundLottery(record.currentRoundId(), slots % 14, UNIT);
    }

    function stepFreezeWaiting(uint256 which) external {
        if (_open.length == 0) return;
        uint256 index = which % _open.length;
        FreezeRecord memory shown = _open[index];
        (uint256 level, uint256 updatedAt) = vault.bucket();
        uint256 balance = token.balanceOf(address(vault));
        vm.recordLogs();
        // It depends on the room and on the cap whether anything can be taken.
        (bool done, ) = address(vault).call(abi.encodeCall(vault.freezeWaiting, (shown)));
        if (!done) return;
        FreezeRecord memory more = _lastRecord();
        uint256 taken = _sum(more) - _sum(shown);
        if (shown.waiting - more.waiting != taken) broken = "waiting does not add up";
        _open[index] = more;
        frozen += taken;
        _checkBucket(level, updatedAt, balance, taken);
        _checkCap(more.modelId);
    }

    // ---------------------------------------------------------------- releasers and court
    function stepRelease(uint256 which) external {
        if (_open.length == 0) return;
        uint256 index = which % _open.length;
        FreezeRecord memory shown = _open[index];
        if (shown.contested) return;
        _release(shown);
        _forget(index);
    }

    function stepContest(uint256 which) external {
        if (_open.length == 0) return;
        uint256 index = which % _open.length;
        if (_open[index].contested) return;
        vm.prank(court);
        vault.contest(_open[index]);
        _open[index].contested = true;
    }

    function stepResolve(uint256 which, uint256 verdict) external {
        if (_open.length == 0) return;
        uint256 index = which % _open.length;
        bool restore = verdict % 2 == 0;
        _resolve(_open[index], restore);
        if (restore) _forget(index);
        else _open[index].contested = false;
    }

    function _forget(uint256 index) private {
        frozen -= _sum(_open[index]);
        _open[index] = _open[_open.length - 1];
        _open.pop();
    }

    // ---------------------------------------------------------------- evaluators
    /// @dev Bond, request, withdraw, a slash, or a deposit that comes and goes.
    function stepSeat(uint256 kind, uint256 amount) external {
        uint256 active = vault.seatBond(seatId);
        if (kind % 5 == 0) {
            vm.prank(EVALUATOR);
            vault.bondSeat(seatId, _within(amount, 1, 1e4 * UNIT));
        } else if (kind % 5 == 1 && active > _policy().evaluatorBondMin) {
            vm.prank(EVALUATOR);
            vault.requestSeatUnbond(seatId, _within(amount, 1, active - _policy().evaluatorBondMin));
        } else if (kind % 5 == 2) {
            _withdrawSeat();
        } else if (kind % 5 == 3) {
            vm.prank(court);
            vault.slashSeat(seatId, amount % 10_001);
        } else {
            _deposit(amount);
        }
    }

    function _withdrawSeat() private {
        if (vault.seatBondOf(seatId).unbonding == 0) return;
        if (block.timestamp < vault.seatBondOf(seatId).unlocksAt) return;
        vm.prank(EVALUATOR);
        vault.withdrawSeatBond(seatId, EVALUATOR);
    }

    function _deposit(uint256 amount) private {
        uint256 held_ = vault.depositsHeld();
        vm.prank(court);
        if (held_ == 0) vault.takeDeposit(account(0), _within(amount, 1, 500 * UNIT));
        else vault.settleDeposit(amount % 2 == 0 ? account(0) : address(0), held_);
    }

    /// @dev The fee of a round that is over, if the fund has it.
    function stepClaim(uint256 place) external {
        uint256 current = record.currentRoundId();
        if (current < 4 || vault.evaluationFund() < UNIT || _unpaid[current]) return;
        _unpaid[current] = true;
        (, address pointer) = board.policyInForce();
        record.setParticipation(current - 3, place % 48, vm.addr(KEY), pointer);
        vault.claimFee(current - 3, place % 48);
    }

    // ---------------------------------------------------------------- what steps must not do
    /// @dev Nobody's shares are worth more by another's step, save fees (settled by several steps), restores, and what rounding leaves to the pool.
    function _rememberWorth() private {
        for (uint256 i; i < 2; ++i) {
            vault.settleFees(models[i]);
            for (uint256 who; who < DELEGATORS; ++who)
                _worthBefore[models[i]][account(who)] = _worth(account(who), models[i]);
        }
    }

    function _checkWorth(uint256 kind, uint256 actor) private {
        // Time lets fees stream; a restore gives back; a transfer is the sender's will.
        if (kind == 6 || kind == 7 || kind == 9 || kind == 10 || kind == 17) return;
        for (uint256 i; i < 2; ++i) {
            for (uint256 who; who < DELEGATORS; ++who) {
                if (who == actor % DELEGATORS) continue;
                uint256 before = _worthBefore[models[i]][account(who)];
                uint256 now_ = _worth(account(who), models[i]);
                if (now_ > before + _roundingOf(models[i])) broken = "somebody gained by another's step";
                if (now_ < before && kind != 15) broken = "somebody lost by another's step";
            }
        }
    }

    /// @dev A unit, and what a share costs where shares are dear: as much as a deposit can lose by rounding.
    function _roundingOf(uint256 modelId) private view returns (uint256) {
        ModelStake memory stake = _stake(modelId);
        uint256 active = StakeLib.assetsForDown(1, stake.shares, stake.delegated);
        uint256 unbonding = StakeLib.assetsForDown(1, stake.unbondingShares, stake.unbondingAssets);
        return 3 + active + unbonding;
    }

    function _checkCap(uint256 modelId) private {
        ModelStake memory stake = _stake(modelId);
        uint256 heldBefore = _heldBy(modelId) + stake.lossInEpoch;
        if (stake.lossInEpoch * 10_000 > heldBefore * _standards().lossCapBps) broken = "loss above its cap";
    }

    /// @dev What was in the bucket has leaked since; what was taken had room in it.
    function _checkBucket(uint256 level, uint256 updatedAt, uint256 balance, uint256 taken) private {
        uint256 capacity = (balance * _standards().bucketBps) / 10_000;
        uint256 leaked = (capacity * (block.timestamp - updatedAt)) / _standards().bucketPeriod;
        uint256 left = level > leaked ? level - leaked : 0;
        if (taken != 0 && left + taken > capacity) broken = "freezes above the bucket";
    }

    // ---------------------------------------------------------------- everybody leaves
    /// @dev Waiting no longer than promised. Not for the fuzzer: the test calls it.
    function leaveAll() external {
        for (uint256 i; i < 2; ++i) _requestAll(models[i]);
        uint256 deadline = block.timestamp + UNBONDING + HOLD;
        vm.warp(block.timestamp + UNBONDING);
        for (uint256 i; i < 2; ++i) {
            ModelStake memory stake = _stake(models[i]);
            if (_isHeld(stake)) vm.warp(stake.heldUntil);
        }
        if (block.timestamp > deadline) broken = "held for longer than 21 days";
        for (uint256 i; i < 2; ++i) _withdrawAll(models[i]);
        _leaveSeat();
    }

    function _requestAll(uint256 modelId) private {
        _setLane(modelId, 0);
        vault.settleFees(modelId);
        ModelStake memory stake = _stake(modelId);
        if (stake.bond != stake.unbondingBond) _requestBond(modelId, stake.bond - stake.unbondingBond);
        for (uint256 i; i < DELEGATORS; ++i) {
            uint256 shares = vault.balanceOf(account(i), modelId);
            if (shares != 0) _request(account(i), modelId, shares);
        }
    }

    function _withdrawAll(uint256 modelId) private {
        if (_stake(modelId).unbondingBond != 0) {
            vm.prank(owner);
            vault.withdrawBond(modelId, owner);
        }
        for (uint256 i; i < DELEGATORS; ++i) {
            if (_position(modelId, account(i)).unbondingShares != 0) _withdraw(account(i), modelId);
        }
    }

    function _leaveSeat() private {
        vm.prank(EVALUATOR);
        board.leaveSeat(seatId);
        uint256 active = vault.seatBond(seatId);
        if (active != 0) {
            vm.prank(EVALUATOR);
            vault.requestSeatUnbond(seatId, active);
        }
        vm.warp(block.timestamp + UNBONDING + 21 days);
        _withdrawSeat();
    }

    // ---------------------------------------------------------------- what the invariants read
    function account(uint256 who) public pure returns (address) {
        return address(uint160(0xACC0000 + (who % DELEGATORS)));
    }

    /// @dev Bonds, pools, frozen amounts, both funds, streams, seat bonds, deposits, and donations.
    function accounted() external view returns (uint256 assets) {
        assets = vault.commonsFund() + vault.evaluationFund() + vault.depositsHeld() + donated + frozen;
        assets += vault.seatBondOf(seatId).assets;
        for (uint256 i; i < 2; ++i) assets += _heldBy(models[i]) + vault.streamOf(models[i]).amount;
    }

    function held() external view returns (uint256) {
        return token.balanceOf(address(vault));
    }

    function seatBonded() external view returns (uint256) {
        return vault.seatBondOf(seatId).assets;
    }

    function stakeOf(uint256 modelId) external view returns (ModelStake memory) {
        return _stake(modelId);
    }

    function streamOf(uint256 modelId) external view returns (uint256) {
        return vault.streamOf(modelId).amount;
    }

    function sharesOfAll(uint256 modelId) external view returns (uint256 shares, uint256 unbonding) {
        for (uint256 i; i < DELEGATORS; ++i) {
            Position memory position = _position(modelId, account(i));
            shares += position.shares;
            unbonding += position.unbondingShares;
        }
    }

    /// @dev Unresolved freezes of a model whose records are kept.
    function openFreezes(uint256 modelId) external view returns (uint256 count) {
        for (uint256 i; i < _open.length; ++i) {
            FreezeRecord memory shown = _open[i];
            bytes32 kept = vault.freezeHashOf(shown.versionId, shown.roundId);
            if (shown.modelId == modelId && kept == keccak256(abi.encode(shown))) ++count;
        }
    }

    // ---------------------------------------------------------------- steps' own parts
    function _model(uint256 which) private view returns (uint256) {
        return models[which % 2];
    }

    function _lane(uint256 modelId) private view returns (uint8 lane) {
        (, lane) = record.ownerAndLane(modelId);
    }

    function _isHeld(ModelStake memory stake) private view returns (bool) {
        return stake.openFreezes != 0 && block.timestamp < stake.heldUntil;
    }
}
