// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IAssay } from "./interfaces/IAssay.sol";

/// @title Treasury: the only place where tokens come and go
/// @dev Balances are never read to price anything, so that a donation changes nothing: it is simply nobody's.
abstract contract Treasury is IAssay, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev A plain ERC-20 need not have a burn function; this account has no key.
    address private constant BURNT = 0x000000000000000000000000000000000000dEaD;

    IERC20 private immutable TOKEN;
    /// @inheritdoc IAssay
    uint256 public commonsFund;

    constructor(address token_) {
        TOKEN = IERC20(token_);
    }

    /// @dev Takes `assets` from the caller. Effects come before, so a token that calls back finds them done; a token that delivers anything else
    /// than what was asked undoes them.
    function _take(uint256 assets) internal {
        uint256 before = TOKEN.balanceOf(address(this));
        TOKEN.safeTransferFrom(msg.sender, address(this), assets);
        uint256 received = Math.saturatingSub(TOKEN.balanceOf(address(this)), before);
        require(received == assets, TokenNotPlain(assets, received));
    }

    function _give(address receiver, uint256 assets) internal {
        TOKEN.safeTransfer(receiver, assets);
    }

    /// @dev Half is burnt, half fills the commons fund; the odd unit too.
    function _burnHalf(uint256 assets) internal returns (uint256 burnt, uint256 toCommons) {
        burnt = assets / 2;
        toCommons = assets - burnt;
        commonsFund += toCommons;
        _give(BURNT, burnt);
    }

    function _requireReceiver(address receiver) internal view {
        require(receiver != address(0) && receiver != address(this), InvalidReceiver(receiver));
    }

    /// @inheritdoc IAssay
    function token() external view returns (address) {
        return address(TOKEN);
    }
}
