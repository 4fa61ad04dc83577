// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { System } from "./System.sol";
import { StakeWords } from "./VaultFold.sol";

/// @title Comparison: the vault's storage against what its events told
abstract contract Comparison is System {
    function _compareFunds() internal view {
        _same(vault.commonsFund(), _foldedCommons, "commons fund");
        _same(vault.evaluationFund(), _foldedEvaluation, "evaluation fund");
        _same(vault.depositsHeld(), _foldedDeposits, "deposits");
        (uint256 level, uint256 updatedAt) = vault.bucket();
        _same(level, _foldedBucket.level, "bucket");
        _same(updatedAt, _foldedBucket.updatedAt, "bucket's time");
    }

    function _compareModel(uint256 modelId) internal view {
        StakeWords memory words = _foldedStake[modelId];
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = vault.stakeWordsOf(modelId);
        _same(bondWord, words.bondWord, "bond word");
        _same(poolWord, words.poolWord, "pool word");
        _same(lossWord, words.lossWord, "loss word");
        _same(vault.stakeOf(modelId).lossInEpoch, words.lossInEpoch, "loss in epoch");
        bytes32 stream = keccak256(abi.encode(vault.streamOf(modelId)));
        _same(stream, keccak256(abi.encode(_foldedStream[modelId])), "stream");
        _same(vault.paidThrough(modelId), _foldedPaidThrough[modelId], "paid through");
    }

    function _comparePosition(uint256 modelId, address account) internal view {
        bytes32 position = keccak256(abi.encode(vault.positionOf(modelId, account)));
        _same(position, keccak256(abi.encode(_foldedPosition[modelId][account])), "position");
    }

    function _compareSeat(uint256 seatId) internal view {
        bytes32 bond = keccak256(abi.encode(vault.seatBondOf(seatId)));
        _same(bond, keccak256(abi.encode(_foldedSeatBond[seatId])), "seat bond");
    }
}
