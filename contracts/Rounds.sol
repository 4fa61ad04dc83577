// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Epochs } from "./Epochs.sol";
import { IAssay, Round } from "./interfaces/IAssay.sol";
import { IPolicyBoard, Policy } from "./interfaces/IPolicyBoard.sol";
import { CommitteeLib } from "./libraries/CommitteeLib.sol";
import { DataCode } from "./libraries/DataCode.sol";
import { SeedLib } from "./libraries/SeedLib.sol";

/// @title Rounds: what is measured by, who measures, and a seed nobody chose
/// @dev A round keeps the code accounts of policy and seats it opened with, so nothing the board's owner does later reaches it.
abstract contract Rounds is Epochs {
    /// @dev Blocks from opening to the block whose hash is the seed: policy and seats are fixed before anybody can know it.
    uint256 private constant ENTROPY_DELAY = 2;
    /// @dev Epochs after its own in which a round can still be posted to.
    uint256 private constant POSTING_EPOCHS = 2;

    /// @dev EIP-2935: hashes of the last 8,191 blocks. BLOCKHASH reaches 256.
    address private constant BLOCK_HASHES = 0x0000F90827F1C53a10cb7A02335B175320002935;

    IPolicyBoard private immutable BOARD;
    mapping(uint256 roundId => Round) internal _rounds;

    constructor(address policyBoard_) {
        BOARD = IPolicyBoard(policyBoard_);
    }

    /// @inheritdoc IAssay
    function openRound() external returns (uint256 roundId) {
        roundId = currentRoundId();
        Round storage opened = _rounds[roundId];
        require(opened.openedAt == 0, RoundAlreadyOpen(roundId));
        (uint256 policyId, address policyPointer, address seatsPointer) = BOARD.sealSeats();
        require(seatsPointer != address(0), NoSeats());
        // The seed stays 0 until it is captured. Blocks and seconds fit 48 bits; policies are far fewer than 2^32.
        uint256 entropyBlock = block.number + ENTROPY_DELAY;
        opened.policyPointer = policyPointer;
        opened.entropyBlock = uint48(entropyBlock);
        opened.openedAt = uint48(block.timestamp);
        opened.seatsPointer = seatsPointer;
        opened.policyId = uint32(policyId);
        bytes32 suiteHash = DataCode.readPolicy(policyPointer).suiteHash;
        emit RoundOpened(roundId, policyId, suiteHash, entropyBlock, _seatCount(seatsPointer));
    }

    /// @inheritdoc IAssay
    function captureEntropy(uint256 roundId) external returns (bytes32 seed) {
        Round storage stored = _rounds[roundId];
        require(stored.openedAt != 0, RoundNotOpen(roundId));
        require(stored.seed == 0, EntropyAlreadyCaptured(roundId));
        uint256 entropyBlock = stored.entropyBlock;
        require(block.number > entropyBlock, EntropyNotReady(entropyBlock, block.number));
        bytes32 entropy = _blockHash(entropyBlock);
        require(entropy != 0, EntropyLost(entropyBlock, block.number));
        seed = SeedLib.roundSeed(entropy, roundId);
        stored.seed = seed;
        emit EntropyCaptured(roundId, seed, committeeOf(roundId));
    }

    /// @dev 0 if out of reach. OpenZeppelin's Blockhash takes whatever a failing call leaves behind for the hash; where the history contract is missing
    /// or another one stands in its place, that would be a seed anybody knows beforehand.
    function _blockHash(uint256 blockNumber) private view returns (bytes32) {
        if (block.number - blockNumber <= 256) return blockhash(blockNumber);
        (bool found, bytes memory answer) = BLOCK_HASHES.staticcall(abi.encode(blockNumber));
        return found && answer.length == 32 ? bytes32(answer) : bytes32(0);
    }

    /// @dev The round, if it can be posted to now.
    function _postableRound(uint256 roundId) internal view returns (Round storage posted) {
        posted = _drawnRound(roundId);
        uint256 closedAt = GENESIS + (roundId + POSTING_EPOCHS) * EPOCH_LENGTH;
        require(block.timestamp < closedAt, RoundClosed(roundId, closedAt));
    }

    /// @inheritdoc IAssay
    function policyBoard() external view returns (address) {
        return address(BOARD);
    }

    /// @inheritdoc IAssay
    function round(uint256 roundId) external view returns (Round memory) {
        return _rounds[roundId];
    }

    /// @inheritdoc IAssay
    function committeeOf(uint256 roundId) public view returns (uint256 committee) {
        Round storage drawn = _drawnRound(roundId);
        address seatsPointer = drawn.seatsPointer;
        Policy memory policy = DataCode.readPolicy(drawn.policyPointer);
        return CommitteeLib.committeeOf(drawn.seed, _seatCount(seatsPointer), policy);
    }

    function _drawnRound(uint256 roundId) private view returns (Round storage drawn) {
        drawn = _rounds[roundId];
        require(drawn.openedAt != 0, RoundNotOpen(roundId));
        require(drawn.seed != 0, EntropyNotCaptured(roundId));
    }

    /// @dev The code is one zero byte, then twenty bytes a seat.
    function _seatCount(address seatsPointer) private view returns (uint256) {
        return seatsPointer.code.length / 20;
    }
}
