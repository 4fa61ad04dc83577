// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { RecordConnections } from "./RecordConnections.sol";
import { Models } from "./Models.sol";
import { IAssay, Round } from "./interfaces/IAssay.sol";
import { Policy } from "./interfaces/IPolicyBoard.sol";
import { BlockHashLib } from "./libraries/BlockHashLib.sol";
import { CommitteeLib } from "./libraries/CommitteeLib.sol";
import { DataCode } from "./libraries/DataCode.sol";
import { LotteryLib } from "./libraries/LotteryLib.sol";
import { SeedLib } from "./libraries/SeedLib.sol";

/// @title Rounds: what is measured by, who measures, and a seed nobody chose
/// @dev A round keeps the code accounts of policy and seats it opened with, so nothing the board's owner does later reaches it.
abstract contract Rounds is Models, RecordConnections {
    /// @dev Blocks from opening to the block whose hash is the seed: policy and seats are fixed before anybody can know it.
    uint256 private constant ENTROPY_DELAY = 2;

    mapping(uint256 roundId => Round) private _rounds;

    // ---------------------------------------------------------------- open
    /// @inheritdoc IAssay
    function openRound() external returns (uint256 roundId) {
        roundId = _roundIdInBounds();
        Round storage opened = _rounds[roundId];
        require(opened.openedAt == 0, RoundAlreadyOpen(roundId));
        (uint256 policyId, address policyPointer, address seatsPointer) = BOARD.sealSeats();
        require(seatsPointer != address(0), NoSeats());
        // The seed stays 0 until it is captured. Blocks fit 40 bits, seconds 32 until 2106, and the board counts policies in 24.
        uint256 entropyBlock = block.number + ENTROPY_DELAY;
        opened.policyPointer = policyPointer;
        opened.entropyBlock = uint40(entropyBlock);
        opened.openedAt = uint32(block.timestamp);
        opened.policyId = uint24(policyId);
        opened.seatsPointer = seatsPointer;
        // Fixed before anybody can know the seed: whoever registered models until the draws suit him would have chosen them. Fewer than 2^32 (see
        // Models.register).
        uint256 models = modelCount;
        opened.modelCount = uint32(models);
        bytes32 suiteHash = DataCode.readPolicy(policyPointer).suiteHash;
        emit RoundOpened(roundId, policyId, suiteHash, entropyBlock, seatsPointer, models);
    }

    // ---------------------------------------------------------------- capture
    /// @inheritdoc IAssay
    function captureEntropy(uint256 roundId) external returns (bytes32 seed) {
        Round storage stored = _rounds[roundId];
        require(stored.openedAt != 0, RoundNotOpen(roundId));
        require(stored.seed == 0, EntropyAlreadyCaptured(roundId));
        uint256 entropyBlock = stored.entropyBlock;
        require(block.number > entropyBlock, EntropyNotReady(entropyBlock, block.number));
        bytes32 entropy = BlockHashLib.blockHash(entropyBlock);
        require(entropy != 0, EntropyLost(entropyBlock, block.number));
        seed = SeedLib.roundSeed(entropy, roundId);
        stored.seed = seed;

        Policy memory policy = DataCode.readPolicy(stored.policyPointer);
        uint256 slots = _fundLottery(roundId, policy);
        // At most 192.
        stored.lotterySlots = uint16(slots);
        uint256 seatCount = _seatCount(stored.seatsPointer);
        uint256[] memory committees = CommitteeLib.committeesOf(seed, seatCount, policy);
        emit EntropyCaptured(roundId, seed, committees, slots);
    }

    /// @dev Slots that the commons fund pays for; whoever captures the entropy first can do nothing about how many.
    function _fundLottery(uint256 roundId, Policy memory policy) private returns (uint256) {
        uint256 slots = LotteryLib.slotsOf(policy);
        return Math.min(slots, VAULT.fundLottery(roundId, slots, policy.evaluationPrice));
    }

    // ---------------------------------------------------------------- post and pay
    /// @dev The round, if it can be posted to now.
    function _postableRound(uint256 roundId) internal view returns (Round storage posted) {
        posted = _drawnRound(roundId);
        uint256 closedAt = closesAt(roundId);
        require(block.timestamp < closedAt, RoundClosed(roundId, closedAt));
    }

    /// @inheritdoc IAssay
    function collectParticipation(
        uint256 roundId,
        uint256 place
    ) external returns (address signer, address policyPointer) {
        _requireCaller(address(VAULT));
        uint256 closedAt = closesAt(roundId);
        require(block.timestamp >= closedAt, RoundNotClosed(closedAt, block.timestamp));
        Round storage closed = _rounds[roundId];
        uint256 participated = closed.participated;
        // Beyond 256 places the shift leaves nothing.
        require((participated >> place) & 1 != 0, NothingToCollect(roundId, place));
        participated ^= 1 << place;
        // One bit fewer than before.
        closed.participated = uint48(participated);
        emit ParticipationCollected(roundId, place, participated);
        policyPointer = closed.policyPointer;
        signer = _signerAt(closed, DataCode.readPolicy(policyPointer), place);
    }

    /// @dev Whoever has a bit was a member of a committee that was drawn.
    function _signerAt(Round storage drawn, Policy memory policy, uint256 place) private view returns (address) {
        bytes memory seats = DataCode.read(drawn.seatsPointer);
        uint256 shard = place / policy.committeeSize;
        uint256 committee = CommitteeLib.committeeOf(drawn.seed, seats.length / 20, policy, shard);
        return DataCode.addressAt(seats, CommitteeLib.seatAt(committee, place % policy.committeeSize));
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc IAssay
    function round(uint256 roundId) external view returns (Round memory) {
        return _rounds[roundId];
    }

    /// @inheritdoc IAssay
    function committeeOf(uint256 roundId, uint256 shard) external view returns (uint256 committee) {
        (Round storage drawn, Policy memory policy, uint256 shards) = _shards(roundId);
        require(shard < shards, UnknownShard(shard, shards));
        return CommitteeLib.committeeOf(drawn.seed, _seatCount(drawn.seatsPointer), policy, shard);
    }

    /// @inheritdoc IAssay
    function shardsOf(uint256 roundId) external view returns (uint256 shards) {
        (, , shards) = _shards(roundId);
    }

    /// @inheritdoc IAssay
    function shardOf(uint256 roundId, bytes32 versionId) external view returns (uint256 shard) {
        (Round storage drawn, , uint256 shards) = _shards(roundId);
        return CommitteeLib.shardOf(versionId, drawn.seed, shards);
    }

    /// @inheritdoc IAssay
    function lotteryDraw(uint256 roundId, uint256 slot, uint256 attempt) external view returns (uint256 modelId) {
        Round storage drawn = _drawnRound(roundId);
        uint256 models = drawn.modelCount;
        if (slot >= drawn.lotterySlots || attempt >= LotteryLib.ATTEMPTS || models == 0) return 0;
        return LotteryLib.draw(drawn.seed, slot, attempt, models);
    }

    function _shards(uint256 roundId) private view returns (Round storage drawn, Policy memory policy, uint256 shards) {
        drawn = _drawnRound(roundId);
        policy = DataCode.readPolicy(drawn.policyPointer);
        shards = CommitteeLib.shardCount(_seatCount(drawn.seatsPointer), policy);
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
