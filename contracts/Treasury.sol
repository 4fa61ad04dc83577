// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { VaultConnections } from "./VaultConnections.sol";
import { IAssayVault } from "./interfaces/IAssayVault.sol";

/// @title Treasury: the only place where tokens come and go, and the two funds
/// @dev Balances are never read to price anything, so that a donation changes nothing but the room for freezes: it is simply nobody's. The vault
/// never holds more than 96 bits of tokens, so no sum of amounts in it, wherever they move, exceeds 96 bits: casts of such sums rest on this.
abstract contract Treasury is VaultConnections, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    /// @dev A plain ERC-20 need not have a burn function; this account has no key.
    address private constant BURNT = 0x000000000000000000000000000000000000dEaD;

    IERC20 private immutable TOKEN;

    /// @dev One slot: the lottery moves tokens from one to the other. Each is part of what is held.
    uint128 private _commonsFund;
    uint128 private _evaluationFund;
    /// @inheritdoc IAssayVault
    uint256 public depositsHeld;

    constructor(address token_) {
        uint256 supply = IERC20(token_).totalSupply();
        require(supply <= type(uint96).max, ParameterOutOfBounds("totalSupply", supply, type(uint96).max));
        TOKEN = IERC20(token_);
    }

    // ---------------------------------------------------------------- tokens
    /// @dev What comes in is no more than the supply can be, so that sums and products with it overflow nowhere.
    function _requireAmount(uint256 assets) internal pure {
        require(assets != 0, ZeroAmount());
        require(assets <= type(uint96).max, AmountTooLarge(assets, type(uint96).max));
    }

    /// @dev Takes `assets` from an account that asked for it. Effects come before, so a token that calls back finds them done; a token that delivers
    /// anything else than what was asked undoes them.
    function _take(address from, uint256 assets) internal {
        uint256 before = TOKEN.balanceOf(address(this));
        TOKEN.safeTransferFrom(from, address(this), assets);
        uint256 held = TOKEN.balanceOf(address(this)).toUint96();
        uint256 received = Math.saturatingSub(held, before);
        require(received == assets, TokenNotPlain(assets, received));
    }

    /// @dev Somebody may have used the permit already, and then the allowance is there; if not, taking the tokens says so.
    function _permit(uint256 assets, uint256 deadline, uint8 v, bytes32 r, bytes32 s) internal {
        try IERC20Permit(address(TOKEN)).permit(msg.sender, address(this), assets, deadline, v, r, s) {} catch {}
    }

    function _give(address receiver, uint256 assets) internal {
        if (assets != 0) TOKEN.safeTransfer(receiver, assets);
    }

    /// @dev Half is burnt, half fills the commons fund; the odd unit too.
    function _burnHalf(uint256 assets) internal returns (uint256 burnt, uint256 toCommons) {
        burnt = assets / 2;
        toCommons = assets - burnt;
        _addToCommons(toCommons);
        _give(BURNT, burnt);
    }

    function _tokensHeld() internal view returns (uint256) {
        return TOKEN.balanceOf(address(this));
    }

    function _requireReceiver(address receiver) internal view {
        require(receiver != address(0) && receiver != address(this), InvalidReceiver(receiver));
    }

    // ---------------------------------------------------------------- funds
    function _addToCommons(uint256 assets) internal {
        if (assets != 0) _commonsFund += uint128(assets);
    }

    function _addToEvaluation(uint256 assets) internal {
        _evaluationFund += uint128(assets);
    }

    /// @dev At most what the commons fund holds.
    function _moveToEvaluation(uint256 assets) internal {
        _commonsFund -= uint128(assets);
        _evaluationFund += uint128(assets);
    }

    function _takeFromEvaluation(uint256 assets) internal {
        uint256 available = _evaluationFund;
        require(assets <= available, FundTooSmall(assets, available));
        _evaluationFund = uint128(available - assets);
    }

    // ---------------------------------------------------------------- deposits of disputes
    /// @inheritdoc IAssayVault
    function takeDeposit(address from, uint256 assets) external nonReentrant {
        _requireCourt();
        if (assets == 0) return;
        depositsHeld += assets;
        emit DepositTaken(from, assets);
        _take(from, assets);
    }

    /// @inheritdoc IAssayVault
    function settleDeposit(address to, uint256 assets) external nonReentrant {
        _requireCourt();
        if (assets == 0) return;
        depositsHeld -= assets;
        uint256 burnt;
        uint256 toCommons;
        if (to == address(0)) (burnt, toCommons) = _burnHalf(assets);
        else _give(to, assets);
        emit DepositSettled(to, assets, burnt, toCommons);
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc IAssayVault
    function token() external view returns (address) {
        return address(TOKEN);
    }

    /// @inheritdoc IAssayVault
    function commonsFund() public view returns (uint256) {
        return _commonsFund;
    }

    /// @inheritdoc IAssayVault
    function evaluationFund() external view returns (uint256) {
        return _evaluationFund;
    }
}
