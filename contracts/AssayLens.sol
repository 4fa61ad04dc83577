// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC165 } from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IAssay, Round } from "./interfaces/IAssay.sol";
import { AdmissionState, DueReason, Explanation, IAssayLens, ModelRow } from "./interfaces/IAssayLens.sol";
import { IAssayVault } from "./interfaces/IAssayVault.sol";
import { IPolicyBoard, Policy } from "./interfaces/IPolicyBoard.sol";
import { AdmissionLib } from "./libraries/AdmissionLib.sol";
import { CommitteeLib } from "./libraries/CommitteeLib.sol";
import { DataCode } from "./libraries/DataCode.sol";
import { Clock, ExplanationLib, Standing } from "./libraries/ExplanationLib.sol";
import { LotteryLib } from "./libraries/LotteryLib.sol";
import { Memory, MemoryLib } from "./libraries/MemoryLib.sol";
import { QualityLib } from "./libraries/QualityLib.sol";

/// @title AssayLens
/// @notice See IAssayLens for what each function promises. Loops run over what the caller names, or over one committee.
contract AssayLens is ERC165, IAssayLens {
    uint256 private constant MODELS_MAX = 256;
    uint256 private constant EXPLANATIONS_MAX = 64;
    uint256 private constant SLOTS_MAX = 16;
    uint256 private constant WHOLE = 1e18;
    /// @dev Length of a guardian's pause (IPolicyBoard.pause).
    uint256 private constant PAUSE = 7 days;

    IAssay private immutable ASSAY;
    IAssayVault private immutable VAULT;
    IPolicyBoard private immutable BOARD;
    uint256 private immutable GENESIS;
    uint256 private immutable EPOCH_LENGTH;

    constructor(address assay) {
        ASSAY = IAssay(assay);
        VAULT = IAssayVault(ASSAY.vault());
        BOARD = IPolicyBoard(ASSAY.policyBoard());
        GENESIS = ASSAY.genesis();
        EPOCH_LENGTH = ASSAY.epochLength();
    }

    /// @dev ERC-165.
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IAssayLens).interfaceId || super.supportsInterface(interfaceId);
    }

    // ---------------------------------------------------------------- admission
    /// @inheritdoc IAssayLens
    function isAdmitted(uint256 modelId) external view returns (bool) {
        return ASSAY.isAdmitted(modelId);
    }

    /// @inheritdoc IAssayLens
    function requireAdmitted(uint256 modelId, uint256 maxAge) external view {
        // Only who is refused needs the reasons, and they cost twice as much as the answer.
        if (!ASSAY.isAdmitted(modelId)) revert NotAdmitted(modelId, _outline(modelId).reasons);
        (, uint256 memoryWord) = ASSAY.standingOf(modelId);
        uint256 updatedAt = AdmissionLib.epochStart(MemoryLib.unpack(memoryWord).lastRound, GENESIS, EPOCH_LENGTH);
        // A result is not from the future.
        require(block.timestamp - updatedAt <= maxAge, ResultTooOld(modelId, updatedAt, maxAge));
    }

    /// @inheritdoc IAssayLens
    function admission(
        uint256 modelId
    )
        external
        view
        returns (AdmissionState state, uint256 reasons, uint256 qualityBps, uint256 updatedAt, uint256 validUntil)
    {
        Explanation memory explanation = _outline(modelId);
        return (
            explanation.state,
            explanation.reasons,
            explanation.qualityBps,
            explanation.updatedAt,
            explanation.validUntil
        );
    }

    // ---------------------------------------------------------------- explain
    /// @inheritdoc IAssayLens
    function explain(uint256 modelId) external view returns (Explanation memory) {
        (Policy memory policy, bool paused) = _inForce();
        return ExplanationLib.explain(_standing(modelId, paused), policy, _clock(block.timestamp));
    }

    /// @inheritdoc IAssayLens
    function explainAt(uint256 modelId, uint256 timestamp) external view returns (Explanation memory) {
        return simulateAt(modelId, BOARD.policyAt(timestamp), timestamp);
    }

    /// @inheritdoc IAssayLens
    function simulate(uint256 modelId, uint256 policyId) external view returns (Explanation memory) {
        return simulateAt(modelId, policyId, block.timestamp);
    }

    /// @inheritdoc IAssayLens
    function simulateAt(uint256 modelId, uint256 policyId, uint256 timestamp) public view returns (Explanation memory) {
        Standing memory standing = _standing(modelId, _isPausedAt(timestamp));
        return ExplanationLib.explain(standing, DataCode.readPolicy(BOARD.policyPointer(policyId)), _clock(timestamp));
    }

    /// @dev During the last pause; of earlier ones nothing is kept.
    function _isPausedAt(uint256 timestamp) private view returns (bool) {
        uint256 pausedUntil = BOARD.pausedUntil();
        return timestamp < pausedUntil && timestamp + PAUSE >= pausedUntil;
    }

    // ---------------------------------------------------------------- weight and exposure
    /// @inheritdoc IAssayLens
    function weights(uint256[] calldata modelIds) external view returns (uint256[] memory modelWeights) {
        (modelWeights, ) = _weights(modelIds);
    }

    /// @inheritdoc IAssayLens
    function shares(uint256[] calldata modelIds) external view returns (uint256[] memory modelShares) {
        uint256 sum;
        (modelShares, sum) = _weights(modelIds);
        if (sum == 0) return modelShares;
        for (uint256 i; i < modelIds.length; ++i) modelShares[i] = (modelShares[i] * WHOLE) / sum;
    }

    function _weights(uint256[] calldata modelIds) private view returns (uint256[] memory modelWeights, uint256 sum) {
        require(modelIds.length <= MODELS_MAX, TooManyModels(modelIds.length, MODELS_MAX));
        (Policy memory policy, bool paused) = _inForce();
        Clock memory clock = _clock(block.timestamp);
        modelWeights = new uint256[](modelIds.length);
        for (uint256 i; i < modelIds.length; ++i) {
            modelWeights[i] = ExplanationLib.weightOf(_standing(modelIds[i], paused), policy, clock);
            sum += modelWeights[i];
        }
    }

    /// @inheritdoc IAssayLens
    function exposure(uint256 modelId) external view returns (uint256 assets) {
        Explanation memory explanation = _outline(modelId);
        if (!explanation.admitted) return 0;
        (bytes32 versionId, uint256 memoryWord) = ASSAY.standingOf(modelId);
        uint256 bonds = _committeeBonds(versionId, MemoryLib.unpack(memoryWord).lastRound);
        return QualityLib.exposureDown(explanation.maturityBps, explanation.activeStake, bonds);
    }

    /// @dev Sum of the bonds of the seats that measured a version in a round. At most 15 (Policy.committeeSize) of 255 seats.
    function _committeeBonds(bytes32 versionId, uint256 roundId) private view returns (uint256 bonds) {
        bytes memory signers = DataCode.read(ASSAY.round(roundId).seatsPointer);
        uint256 committee = ASSAY.committeeOf(roundId, ASSAY.shardOf(roundId, versionId));
        for (; committee != 0; committee &= committee - 1) {
            // A committee is drawn from the list, so the list has its places.
            address signer = DataCode.addressAt(signers, CommitteeLib.lowestSeat(committee));
            // A key on a list belongs to a seat for ever.
            bonds += VAULT.seatBond(BOARD.seatOfSigner(signer) - 1);
        }
    }

    // ---------------------------------------------------------------- pages
    /// @inheritdoc IAssayLens
    function explanations(uint256 fromModelId, uint256 count) external view returns (Explanation[] memory page) {
        require(count <= EXPLANATIONS_MAX, TooManyModels(count, EXPLANATIONS_MAX));
        (Policy memory policy, bool paused) = _inForce();
        page = new Explanation[](_pageLength(fromModelId, count));
        for (uint256 i; i < page.length; ++i) {
            page[i] = ExplanationLib.explain(_standing(fromModelId + i, paused), policy, _clock(block.timestamp));
        }
    }

    /// @inheritdoc IAssayLens
    function models(uint256 fromModelId, uint256 count) external view returns (ModelRow[] memory page) {
        require(count <= MODELS_MAX, TooManyModels(count, MODELS_MAX));
        (Policy memory policy, bool paused) = _inForce();
        page = new ModelRow[](_pageLength(fromModelId, count));
        for (uint256 i; i < page.length; ++i) page[i] = _row(fromModelId + i, policy, paused);
    }

    function _row(uint256 modelId, Policy memory policy, bool paused) private view returns (ModelRow memory row) {
        Explanation memory explanation = ExplanationLib.outline(
            _standing(modelId, paused),
            policy,
            _clock(block.timestamp)
        );
        row.modelId = modelId;
        (row.owner, ) = ASSAY.ownerAndLane(modelId);
        row.versionId = ASSAY.currentVersion(modelId);
        row.state = explanation.state;
        row.reasons = explanation.reasons;
        row.qualityBps = explanation.qualityBps;
        row.weight = explanation.weight;
        row.activeStake = explanation.activeStake;
        row.updatedAt = explanation.updatedAt;
        row.validUntil = explanation.validUntil;
    }

    /// @dev Models from an id on; ids run from 1.
    function _pageLength(uint256 fromModelId, uint256 count) private view returns (uint256) {
        uint256 last = ASSAY.modelCount();
        if (fromModelId == 0 || fromModelId > last) return 0;
        return Math.min(count, last - fromModelId + 1);
    }

    // ---------------------------------------------------------------- what a round measures
    /// @inheritdoc IAssayLens
    function due(uint256 roundId, uint256 modelId) external view returns (bool isDue, DueReason reason) {
        reason = _dueReason(roundId, modelId, _openedRound(roundId));
        return (reason >= DueReason.StandardLane, reason);
    }

    /// @inheritdoc IAssayLens
    function mayTakePart(uint256 roundId, uint256 modelId) external view returns (bool) {
        Round memory opened = _openedRound(roundId);
        return _mayTakePart(roundId, modelId, DataCode.readPolicy(opened.policyPointer).experimentalBondMin);
    }

    /// @inheritdoc IAssayLens
    function lottery(
        uint256 roundId,
        uint256 fromSlot,
        uint256 count
    ) external view returns (uint256[] memory modelIds) {
        require(count <= SLOTS_MAX, TooManySlots(count, SLOTS_MAX));
        Round memory drawn = _drawnRound(roundId);
        uint256 slots = drawn.lotterySlots;
        if (fromSlot >= slots) return modelIds;
        uint256 end = Math.min(slots, fromSlot + count);
        uint256[] memory taken = _lotteryModels(roundId, drawn, end);
        modelIds = new uint256[](end - fromSlot);
        for (uint256 i; i < modelIds.length; ++i) modelIds[i] = taken[fromSlot + i];
    }

    /// @dev What speaks first against measuring a model, or why it is measured.
    function _dueReason(uint256 roundId, uint256 modelId, Round memory opened) private view returns (DueReason) {
        (, uint256 memoryWord) = ASSAY.standingOf(modelId);
        if (memoryWord == 0) return DueReason.NoVersion;
        Memory memory self = MemoryLib.unpack(memoryWord);
        if (self.lastRound >= roundId) return DueReason.TooNew;
        if (MemoryLib.has(self, MemoryLib.RETIRED) && !_isEvaluated(roundId, modelId)) return DueReason.Retired;
        Policy memory policy = DataCode.readPolicy(opened.policyPointer);
        bool isStandard = MemoryLib.has(self, MemoryLib.STANDARD);
        bool isPaid = policy.evaluationPrice == 0 || VAULT.paidThrough(modelId) >= roundId;
        (uint256 activeBond, ) = VAULT.backingOf(modelId);
        bool isBonded = activeBond >= policy.bondMin;
        if (isStandard && isBonded && isPaid) return DueReason.StandardLane;
        // Whether or not it has come back since: leaving and taking the bond along is no way past the next measurement.
        if (MemoryLib.has(self, MemoryLib.LEFT) && isPaid) return DueReason.LeftLane;
        if (isStandard) return isBonded ? DueReason.NotPrepaid : DueReason.BondTooSmall;
        return _isDrawn(roundId, modelId, opened) ? DueReason.Lottery : DueReason.NotDrawn;
    }

    /// @dev Whether a retired model is still measured in a round.
    function _isEvaluated(uint256 roundId, uint256 modelId) private view returns (bool) {
        return AdmissionLib.epochStart(roundId, GENESIS, EPOCH_LENGTH) < ASSAY.retirementOf(modelId).evaluatedUntil;
    }

    /// @dev Before the round is drawn no slot is funded.
    function _isDrawn(uint256 roundId, uint256 modelId, Round memory drawn) private view returns (bool) {
        uint256[] memory taken = _lotteryModels(roundId, drawn, drawn.lotterySlots);
        for (uint256 slot; slot < taken.length; ++slot) {
            if (taken[slot] == modelId) return true;
        }
        return false;
    }

    /// @dev What the slots before `end` drew. A policy has at most 192 slots (PolicyBounds), each draws 8 times.
    function _lotteryModels(
        uint256 roundId,
        Round memory drawn,
        uint256 end
    ) private view returns (uint256[] memory taken) {
        uint256 bondMin = DataCode.readPolicy(drawn.policyPointer).experimentalBondMin;
        taken = new uint256[](end);
        if (drawn.modelCount == 0) return taken;
        for (uint256 slot; slot < end; ++slot) {
            for (uint256 attempt; attempt < LotteryLib.ATTEMPTS; ++attempt) {
                uint256 modelId = ASSAY.lotteryDraw(roundId, slot, attempt);
                if (_isTaken(taken, slot, modelId) || !_mayTakePart(roundId, modelId, bondMin)) continue;
                taken[slot] = modelId;
                break;
            }
        }
    }

    function _isTaken(uint256[] memory taken, uint256 slots, uint256 modelId) private pure returns (bool) {
        for (uint256 slot; slot < slots; ++slot) {
            if (taken[slot] == modelId) return true;
        }
        return false;
    }

    function _mayTakePart(uint256 roundId, uint256 modelId, uint256 bondMin) private view returns (bool) {
        (, uint256 memoryWord) = ASSAY.standingOf(modelId);
        Memory memory self = MemoryLib.unpack(memoryWord);
        uint256 flags = self.flags & (MemoryLib.EXISTS | MemoryLib.STANDARD | MemoryLib.RETIRED);
        if (flags != MemoryLib.EXISTS || self.lastRound >= roundId) return false;
        (uint256 activeBond, uint256 openFreezes) = VAULT.backingOf(modelId);
        return activeBond >= bondMin && openFreezes == 0;
    }

    function _openedRound(uint256 roundId) private view returns (Round memory opened) {
        opened = ASSAY.round(roundId);
        require(opened.openedAt != 0, RoundNotOpen(roundId));
    }

    function _drawnRound(uint256 roundId) private view returns (Round memory drawn) {
        drawn = ASSAY.round(roundId);
        require(drawn.seed != 0, RoundNotDrawn(roundId));
    }

    // ---------------------------------------------------------------- what everything is judged by
    function _outline(uint256 modelId) private view returns (Explanation memory) {
        (Policy memory policy, bool paused) = _inForce();
        return ExplanationLib.outline(_standing(modelId, paused), policy, _clock(block.timestamp));
    }

    function _standing(uint256 modelId, bool paused) private view returns (Standing memory standing) {
        (, standing.memoryWord) = ASSAY.standingOf(modelId);
        standing.stake = VAULT.stakeOf(modelId);
        standing.servedUntil = ASSAY.retirementOf(modelId).servedUntil;
        standing.paused = paused;
    }

    function _inForce() private view returns (Policy memory policy, bool paused) {
        address pointer;
        (, pointer, paused) = BOARD.standing();
        policy = DataCode.readPolicy(pointer);
    }

    function _clock(uint256 nowAt) private view returns (Clock memory) {
        return Clock({ nowAt: nowAt, genesis: GENESIS, epochLength: EPOCH_LENGTH });
    }
}
