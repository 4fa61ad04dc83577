// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssay } from "./interfaces/IAssay.sol";
import { EpochLib } from "./libraries/EpochLib.sol";

/// @title Epochs: how rounds divide time
/// @dev Epoch r lasts from genesis + (r − 1)·epochLength to genesis + r·epochLength.
abstract contract Epochs is IAssay {
    uint256 private constant EPOCH_LENGTH_MIN = 1;
    /// @dev A dispute takes up to 13 epochs after its window (ICourt), and must be over before the hold on the stake and the log of the result are:
    /// both are fixed times.
    uint256 private constant EPOCH_LENGTH_MAX = 1 days;
    /// @dev Round ids live in 24 bits of a memory word: at one second an epoch, 194 days; at a day, 45,000 years.
    uint256 private constant ROUND_ID_BOUND = 1 << 24;

    uint256 internal immutable GENESIS;
    uint256 internal immutable EPOCH_LENGTH;

    constructor(uint256 length) {
        require(length >= EPOCH_LENGTH_MIN, ParameterOutOfBounds("epochLength", length, EPOCH_LENGTH_MIN));
        require(length <= EPOCH_LENGTH_MAX, ParameterOutOfBounds("epochLength", length, EPOCH_LENGTH_MAX));
        GENESIS = block.timestamp;
        EPOCH_LENGTH = length;
    }

    /// @inheritdoc IAssay
    function currentRoundId() public view returns (uint256) {
        // Time does not run before genesis; epochLength ≥ 1.
        unchecked {
            return 1 + (block.timestamp - GENESIS) / EPOCH_LENGTH;
        }
    }

    /// @dev The same where it is going to be written to a memory word.
    function _roundIdInBounds() internal view returns (uint256 roundId) {
        roundId = currentRoundId();
        require(roundId < ROUND_ID_BOUND, NoMoreRounds(roundId, ROUND_ID_BOUND));
    }

    /// @inheritdoc IAssay
    function closesAt(uint256 roundId) public view returns (uint256) {
        return EpochLib.closesAt(roundId, GENESIS, EPOCH_LENGTH);
    }

    /// @inheritdoc IAssay
    function genesis() external view returns (uint256) {
        return GENESIS;
    }

    /// @inheritdoc IAssay
    function epochLength() external view returns (uint256) {
        return EPOCH_LENGTH;
    }
}
