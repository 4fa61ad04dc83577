// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch, ResultEntry } from "../../../contracts/interfaces/IAssay.sol";
import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { DataCode } from "../../../contracts/libraries/DataCode.sol";
import { DecayLib } from "../../../contracts/libraries/DecayLib.sol";
import { Memory, MemoryLib } from "../../../contracts/libraries/MemoryLib.sol";
import { VerdictLib } from "../../../contracts/libraries/VerdictLib.sol";
import { System } from "./System.sol";

/// @title Perfects: INV-06, watched at every batch in which nothing fails
/// @notice In one that holds a failure an older version's may be carried, and what comes of that is not the perfect result's doing.
abstract contract Perfects is System {
    /// @dev What stood before the batch, entry by entry.
    struct Before {
        Memory[] memories;
        bool[] admitted;
    }

    function _postWatched(Batch memory batch, uint256 signers, bytes memory signatures) internal {
        Policy memory policy = DataCode.readPolicy(assay.round(batch.roundId).policyPointer);
        if (_holdsFailure(batch, policy)) return assay.post(batch, signers, signatures);
        Before memory before = _before(batch, policy.halfLife);
        assay.post(batch, signers, signatures);
        for (uint256 i; i < batch.results.length; ++i) {
            if (batch.results[i].word == _word(10_000)) _checkUnhurt(batch.results[i], before.memories[i]);
            if (before.admitted[i] && !assay.isAdmitted(batch.results[i].modelId)) _breach(6, "refused after it");
        }
    }

    function _holdsFailure(Batch memory batch, Policy memory policy) private pure returns (bool) {
        for (uint256 i; i < batch.results.length; ++i) {
            if (VerdictLib.failedFamilies(batch.results[i].word, policy) != 0) return true;
        }
        return false;
    }

    function _before(Batch memory batch, uint256 halfLife) private view returns (Before memory before) {
        uint256 count = batch.results.length;
        (before.memories, before.admitted) = (new Memory[](count), new bool[](count));
        for (uint256 i; i < count; ++i) {
            ResultEntry memory entry = batch.results[i];
            bytes32 versionId = assay.versionIdOf(entry.modelId, entry.digest);
            before.memories[i] = MemoryLib.unpack(assay.memoryOf(versionId));
            DecayLib.decayTo(before.memories[i], block.timestamp, halfLife);
            bool isCurrent = assay.currentVersion(entry.modelId) == versionId;
            before.admitted[i] = isCurrent && entry.word == _word(10_000) && assay.isAdmitted(entry.modelId);
        }
    }

    function _checkUnhurt(ResultEntry memory entry, Memory memory before) private {
        Memory memory left = MemoryLib.unpack(assay.memoryOf(assay.versionIdOf(entry.modelId, entry.digest)));
        for (uint256 family; family < 7; ++family) {
            if (MemoryLib.rate(left, family) < MemoryLib.rate(before, family)) _breach(6, "a rate is lower after it");
        }
        if (left.mass < before.mass) _breach(6, "it took evidence away");
        if (left.scar > before.scar || left.strikes > before.strikes) _breach(6, "it left a scar or a strike");
        if (left.cleanOwed > before.cleanOwed) _breach(6, "more is owed after it");
    }
}
