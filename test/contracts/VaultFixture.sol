// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Assay } from "../../contracts/Assay.sol";
import { AssayVault } from "../../contracts/AssayVault.sol";
import { Court } from "../../contracts/Court.sol";
import {
    FreezeOrder,
    FreezeRecord,
    IAssayVault,
    ModelStake,
    Position
} from "../../contracts/interfaces/IAssayVault.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { StakeLib } from "../../contracts/libraries/StakeLib.sol";
import { PermitToken } from "../../contracts/tokens/PermitToken.sol";
import { BoardFixture } from "./BoardFixture.sol";
import { vm, VmLog } from "./Vm.sol";

/// @notice Record, vault and court of one system, at addresses that are known before they are there.
contract VaultSystem {
    Assay public immutable record;
    AssayVault public immutable vault;
    Court public immutable court;

    constructor(address token, address board, uint256 epochLength, uint256 unbondingDelay) {
        // The second and the third account this one creates.
        address vault_ = vm.computeCreateAddress(address(this), 2);
        address court_ = vm.computeCreateAddress(address(this), 3);
        record = new Assay(board, vault_, court_, epochLength);
        vault = new AssayVault(token, address(record), unbondingDelay);
        court = new Court(address(record));
    }
}

/// @notice The vault of a whole system, people with tokens, and what record and court tell it.
/// @dev Orders are given in the name of the real record and court: the tests need severities, strikes and times to the unit, and orders that a record never
/// gives (twice, or for several versions at once). What real posts and disputes order is tested with AssayFixture and CourtFixture, and in invariants/.
abstract contract VaultFixture is BoardFixture {
    uint256 internal constant EPOCH = 1 days;
    uint256 internal constant UNBONDING = 14 days;
    uint256 internal constant HOLD = 21 days;
    bytes32 internal constant DIGEST = keccak256("manifest");
    address internal constant BURNT = 0x000000000000000000000000000000000000dEaD;
    /// @dev Of a result that scored 1,000 bps in every family: (8,500 − 1,000)/8,500 of the slash floor of the first try.
    uint256 internal constant SEVERITY = 8_823;

    address internal owner = address(0x0123);
    address internal delegator = address(0xDE1E);
    address internal court;

    PermitToken internal token;
    Assay internal record;
    AssayVault internal vault;

    function setUp() public virtual override {
        super.setUp();
        board.announcePolicy(_standards());
        token = new PermitToken("Local", "LOC", address(this), 1e9 * UNIT);
        VaultSystem system = new VaultSystem(address(token), address(board), EPOCH, UNBONDING);
        (record, vault, court) = (system.record(), system.vault(), address(system.court()));
        board.connect(address(record));
        _fund(owner);
        _fund(delegator);
        token.approve(address(vault), type(uint256).max);
    }

    /// @dev The policy in force from the beginning.
    function _standards() internal pure virtual returns (Policy memory) {
        return _policy();
    }

    // ---------------------------------------------------------------- people
    function _fund(address account) internal {
        token.transfer(account, 1e7 * UNIT);
        vm.prank(account);
        token.approve(address(vault), type(uint256).max);
    }

    function _register() internal returns (uint256 modelId) {
        return _registerFor(owner, record);
    }

    function _registerFor(address account, Assay where) internal returns (uint256 modelId) {
        vm.prank(account);
        (modelId, ) = where.register("model", DIGEST, "https://example.org/manifest.json", 0);
    }

    function _setLane(uint256 modelId, uint8 lane) internal {
        address holder = record.ownerOf(modelId);
        vm.prank(holder);
        record.setLane(modelId, lane);
    }

    function _transferModel(uint256 modelId, address to) internal {
        address holder = record.ownerOf(modelId);
        vm.prank(holder);
        record.transferFrom(holder, to, modelId);
    }

    /// @dev A model in the standard lane with twice the smallest bond.
    function _standardModel() internal returns (uint256 modelId) {
        modelId = _register();
        _setLane(modelId, 1);
        _bond(modelId, 2_000 * UNIT);
    }

    function _bond(uint256 modelId, uint256 assets) internal {
        vm.prank(owner);
        vault.bond(modelId, assets);
    }

    function _delegate(address account, uint256 modelId, uint256 assets) internal returns (uint256 shares) {
        vm.prank(account);
        return vault.delegate(modelId, assets);
    }

    function _request(address account, uint256 modelId, uint256 shares) internal {
        vm.prank(account);
        vault.requestUnbond(modelId, shares);
    }

    function _withdraw(address account, uint256 modelId) internal returns (uint256) {
        vm.prank(account);
        return vault.withdraw(modelId, account);
    }

    function _requestBond(uint256 modelId, uint256 assets) internal {
        vm.prank(owner);
        vault.requestBondUnbond(modelId, assets);
    }

    /// @dev Requests all, waits, withdraws.
    function _exit(address account, uint256 modelId) internal returns (uint256) {
        _request(account, modelId, vault.balanceOf(account, modelId));
        vm.warp(block.timestamp + UNBONDING);
        return _withdraw(account, modelId);
    }

    // ---------------------------------------------------------------- rounds
    function _nextEpoch() internal {
        vm.warp(record.genesis() + record.currentRoundId() * EPOCH);
    }

    /// @dev A failing result of the model in the round of the running epoch, under the standards in force.
    function _failingResult(uint256 modelId) internal returns (FreezeRecord memory frozen) {
        return _failingResult(modelId, SEVERITY, 0);
    }

    /// @dev All 0 if nothing was frozen.
    function _failingResult(
        uint256 modelId,
        uint256 severityBps,
        uint256 wholeStrikes
    ) internal returns (FreezeRecord memory frozen) {
        FreezeOrder memory order = _orderFor(modelId, severityBps, wholeStrikes);
        vm.recordLogs();
        if (_freeze(order)) frozen = _lastRecord();
    }

    /// @dev In the record's name.
    function _freeze(FreezeOrder memory order) internal returns (bool) {
        vm.prank(address(record));
        return vault.freeze(order);
    }

    /// @dev In the record's name.
    function _fundLottery(uint256 roundId, uint256 slots, uint256 price) internal returns (uint256) {
        vm.prank(address(record));
        return vault.fundLottery(roundId, slots, price);
    }

    function _orderFor(
        uint256 modelId,
        uint256 severityBps,
        uint256 wholeStrikes
    ) internal view returns (FreezeOrder memory) {
        (, uint8 lane) = record.ownerAndLane(modelId);
        (, address pointer) = board.policyInForce();
        return
            FreezeOrder({
                modelId: modelId,
                versionId: record.currentVersion(modelId),
                roundId: record.currentRoundId(),
                severityBps: severityBps,
                wholeStrikes: wholeStrikes,
                standardLane: lane == 1,
                policyPointer: pointer
            });
    }

    /// @dev The record in the last event of a freeze since logs are recorded.
    function _lastRecord() internal returns (FreezeRecord memory frozen) {
        VmLog[] memory logs = vm.getRecordedLogs();
        for (uint256 i = logs.length; i != 0; --i) {
            bytes32 topic = logs[i - 1].topics[0];
            if (topic != IAssayVault.StakeFrozen.selector && topic != IAssayVault.FreezeChanged.selector) continue;
            (frozen, , , , ) = abi.decode(logs[i - 1].data, (FreezeRecord, uint256, uint256, uint256, uint256));
            return frozen;
        }
        _isTrue(false, "an event with a record");
    }

    function _release(FreezeRecord memory frozen) internal {
        if (block.timestamp < frozen.releasableAt) vm.warp(frozen.releasableAt);
        vault.release(frozen);
    }

    function _resolve(FreezeRecord memory frozen, bool restore) internal {
        vm.prank(court);
        vault.resolve(frozen, restore);
    }

    /// @dev So many tokens in the vault that no freeze of the tests has to wait for room.
    function _widenBucket() internal {
        vault.fundCommons(1e6 * UNIT);
    }

    // ---------------------------------------------------------------- readings
    function _stake(uint256 modelId) internal view returns (ModelStake memory) {
        return vault.stakeOf(modelId);
    }

    function _words(ModelStake memory stake) internal pure returns (uint256 bond, uint256 pool, uint256 loss) {
        bond = uint256(stake.bond) | (uint256(stake.unbondingBond) << 96) | (uint256(stake.bondUnlocksAt) << 192);
        bond |= (uint256(stake.openFreezes) << 232) | (stake.streaming ? 1 << 240 : 0);
        pool = uint256(stake.delegated) | (uint256(stake.shares) << 96) | (uint256(stake.heldUntil) << 200);
        loss = uint256(stake.unbondingAssets) | (uint256(stake.unbondingShares) << 96);
        loss |= uint256(stake.lossEpochStart) << 200;
    }

    function _position(uint256 modelId, address account) internal view returns (Position memory) {
        return vault.positionOf(modelId, account);
    }

    /// @dev What an account's shares of both pools are worth.
    function _worth(address account, uint256 modelId) internal view returns (uint256) {
        ModelStake memory stake = _stake(modelId);
        Position memory position = _position(modelId, account);
        return
            StakeLib.assetsForDown(position.shares, stake.shares, stake.delegated) +
            StakeLib.assetsForDown(position.unbondingShares, stake.unbondingShares, stake.unbondingAssets);
    }

    /// @dev Bond and both pools.
    function _heldBy(uint256 modelId) internal view returns (uint256) {
        ModelStake memory stake = _stake(modelId);
        return uint256(stake.bond) + stake.delegated + stake.unbondingAssets;
    }

    function _sum(FreezeRecord memory frozen) internal pure returns (uint256) {
        return frozen.fromBond + frozen.fromDelegations + frozen.fromUnbonding;
    }

    /// @dev A fuzzed value folded into a range, both ends included.
    function _within(uint256 value, uint256 lower, uint256 upper) internal pure returns (uint256) {
        return lower + (value % (upper - lower + 1));
    }

    // ---------------------------------------------------------------- assertions
    function _sameStake(ModelStake memory left, ModelStake memory right, string memory what) internal pure {
        _same(keccak256(abi.encode(left)), keccak256(abi.encode(right)), what);
    }

    function _expectVaultEvent() internal {
        vm.expectEmit(true, true, true, true, address(vault));
    }

    function _notModelOwner(uint256 modelId, address caller) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IAssayVault.NotModelOwner.selector, modelId, caller);
    }

    function _notAuthorized(address caller, address expected) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IAssayVault.NotAuthorized.selector, caller, expected);
    }
}
