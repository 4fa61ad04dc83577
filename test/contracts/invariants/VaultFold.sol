// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC6909 } from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import {
    FeeStream,
    FreezeRecord,
    IAssayVault,
    Position,
    SeatBond
} from "../../../contracts/interfaces/IAssayVault.sol";
import { VmLog } from "../Vm.sol";

/// @notice The stored words of a model's stake.
struct StakeWords {
    uint256 bondWord;
    uint256 poolWord;
    uint256 lossWord;
    uint256 lossInEpoch;
}

/// @title VaultFold: the vault's storage, from its events alone
/// @notice What an indexer does. It asks the vault nothing, so that what it says can be compared with what the vault stores.
abstract contract VaultFold {
    struct Bucket {
        uint256 level;
        uint256 updatedAt;
    }

    /// @dev What others gave to a model's pools, and took from them, since the last call of _forgetFlows.
    struct Flow {
        uint256 paidIn;
        uint256 frozen;
    }

    uint256 private constant STREAMING = 1 << 240;

    mapping(uint256 modelId => StakeWords) internal _foldedStake;
    mapping(uint256 modelId => FeeStream) internal _foldedStream;
    mapping(uint256 modelId => uint256) internal _foldedPaidThrough;
    mapping(uint256 modelId => mapping(address account => Position)) internal _foldedPosition;
    mapping(uint256 seatId => SeatBond) internal _foldedSeatBond;
    uint256 internal _foldedCommons;
    uint256 internal _foldedEvaluation;
    uint256 internal _foldedDeposits;
    Bucket internal _foldedBucket;
    /// @dev Before the last event that filled it.
    Bucket internal _bucketBefore;

    /// @dev Unresolved freezes, in no order, and one more than the place of each.
    FreezeRecord[] internal _open;
    mapping(bytes32 versionId => mapping(uint256 roundId => uint256)) private _places;
    mapping(uint256 modelId => Flow) internal _flows;

    /// @dev A freeze took stake. `before` are the words before it.
    function _noteTaken(FreezeRecord memory frozen, uint256 taken, StakeWords memory before) internal virtual;

    // ---------------------------------------------------------------- events
    function _foldVault(VmLog memory log) internal {
        bytes32 topic = log.topics[0];
        if (topic == IERC6909.Transfer.selector) return _transferred(log);
        if (topic == IAssayVault.BucketFilled.selector) return _bucketFilled(log.data);
        if (_foldFunds(topic, log) || _foldSeats(topic, log)) return;
        uint256 modelId = uint256(log.topics[1]);
        if (topic == IAssayVault.StakeFrozen.selector || topic == IAssayVault.FreezeChanged.selector) {
            return _freezeChanged(modelId, log.data);
        }
        if (topic == IAssayVault.Delegated.selector) {
            // Its third word stays as it was.
            (_foldedStake[modelId].bondWord, _foldedStake[modelId].poolWord) = (_at(log.data, 2), _at(log.data, 3));
            return;
        }
        if (topic == IAssayVault.FreezeRestored.selector) return _restored(modelId, log);
        if (topic == IAssayVault.FreezeReleased.selector) {
            _foldedCommons += _at(log.data, 1);
            _forget(log.topics[2], uint256(log.topics[3]));
        } else if (topic == IAssayVault.FeesSettled.selector) {
            _settled(modelId, log.data);
        } else if (topic == IAssayVault.UnbondRequested.selector) {
            _unbonding(modelId, log);
        } else if (topic == IAssayVault.Withdrawn.selector) {
            Position storage position = _foldedPosition[modelId][_account(log.topics[2])];
            (position.unbondingShares, position.unlocksAt) = (0, 0);
        }
        _storeWords(modelId, log.data, 0);
    }

    /// @dev Events about the funds, which carry no words of a stake.
    function _foldFunds(bytes32 topic, VmLog memory log) private returns (bool) {
        bytes memory data = log.data;
        if (topic == IAssayVault.UsagePaid.selector) {
            _paid(uint256(log.topics[1]), data);
        } else if (topic == IAssayVault.EvaluationPrepaid.selector) {
            _foldedEvaluation += _at(data, 0);
            _foldedPaidThrough[uint256(log.topics[1])] = _at(data, 1);
        } else if (topic == IAssayVault.LotteryFunded.selector) {
            _foldedCommons -= _at(data, 1);
            _foldedEvaluation += _at(data, 1);
        } else if (topic == IAssayVault.CommonsFunded.selector) {
            _foldedCommons += _at(data, 0);
        } else if (topic == IAssayVault.FeeClaimed.selector || topic == IAssayVault.ReevaluationFeePaid.selector) {
            _foldedEvaluation -= _at(data, 1);
        } else if (topic == IAssayVault.DepositTaken.selector) {
            _foldedDeposits += _at(data, 0);
        } else if (topic == IAssayVault.DepositSettled.selector) {
            _foldedDeposits -= _at(data, 0);
            _foldedCommons += _at(data, 2);
        } else {
            return false;
        }
        return true;
    }

    function _foldSeats(bytes32 topic, VmLog memory log) private returns (bool) {
        if (topic == IAssayVault.SeatSlashed.selector) _foldedCommons += _at(log.data, 1);
        else if (
            topic != IAssayVault.SeatBonded.selector &&
            topic != IAssayVault.SeatUnbondRequested.selector &&
            topic != IAssayVault.SeatBondWithdrawn.selector
        ) return false;
        // The bond after it stands last.
        SeatBond storage bond = _foldedSeatBond[uint256(log.topics[1])];
        bond.assets = uint96(_fromEnd(log.data, 2));
        bond.unbonding = uint96(_fromEnd(log.data, 1));
        bond.unlocksAt = uint40(_fromEnd(log.data, 0));
        return true;
    }

    // ---------------------------------------------------------------- fees
    function _paid(uint256 modelId, bytes memory data) private {
        _foldedCommons += _at(data, 1);
        FeeStream storage stream = _foldedStream[modelId];
        stream.amount = uint96(_at(data, 2));
        (stream.updatedAt, stream.endsAt) = (uint40(block.timestamp), uint40(_at(data, 3)));
        _foldedStake[modelId].bondWord |= STREAMING;
    }

    function _settled(uint256 modelId, bytes memory data) private {
        _flows[modelId].paidIn += _at(data, 1);
        _foldedCommons += _at(data, 2);
        FeeStream storage stream = _foldedStream[modelId];
        (stream.amount, stream.updatedAt) = (uint96(_at(data, 3)), uint40(block.timestamp));
    }

    // ---------------------------------------------------------------- positions
    function _transferred(VmLog memory log) private {
        uint256 modelId = uint256(log.topics[3]);
        uint104 shares = uint104(_at(log.data, 1));
        address from = _account(log.topics[1]);
        address to = _account(log.topics[2]);
        if (from != address(0)) _foldedPosition[modelId][from].shares -= shares;
        if (to != address(0)) _foldedPosition[modelId][to].shares += shares;
    }

    function _unbonding(uint256 modelId, VmLog memory log) private {
        Position storage position = _foldedPosition[modelId][_account(log.topics[2])];
        position.unbondingShares += uint104(_at(log.data, 2));
        position.unlocksAt = uint40(_at(log.data, 3));
    }

    // ---------------------------------------------------------------- freezes
    function _bucketFilled(bytes memory data) private {
        _bucketBefore = _foldedBucket;
        _foldedBucket = Bucket({ level: _at(data, 0), updatedAt: _at(data, 1) });
    }

    function _freezeChanged(uint256 modelId, bytes memory data) private {
        (FreezeRecord memory frozen, , , , ) = abi.decode(data, (FreezeRecord, uint256, uint256, uint256, uint256));
        uint256 place = _places[frozen.versionId][frozen.roundId];
        StakeWords memory before = _foldedStake[modelId];
        _storeWords(modelId, data, 1);
        _foldedStake[modelId].lossInEpoch = _fromEnd(data, 0);
        uint256 sumBefore;
        uint256 poolsBefore;
        if (place == 0) {
            _open.push(frozen);
            _places[frozen.versionId][frozen.roundId] = _open.length;
        } else {
            FreezeRecord memory kept = _open[place - 1];
            (sumBefore, poolsBefore) = (_sumOf(kept), kept.fromDelegations + kept.fromUnbonding);
            _open[place - 1] = frozen;
        }
        if (_sumOf(frozen) == sumBefore) return;
        _flows[modelId].frozen += frozen.fromDelegations + frozen.fromUnbonding - poolsBefore;
        _noteTaken(frozen, _sumOf(frozen) - sumBefore, before);
    }

    function _restored(uint256 modelId, VmLog memory log) private {
        _flows[modelId].paidIn += _at(log.data, 1) + _at(log.data, 2);
        _storeWords(modelId, log.data, 1);
        _foldedStake[modelId].lossInEpoch = _fromEnd(log.data, 0);
        _forget(log.topics[2], uint256(log.topics[3]));
    }

    function _forget(bytes32 versionId, uint256 roundId) private {
        uint256 place = _places[versionId][roundId];
        FreezeRecord memory last = _open[_open.length - 1];
        _open[place - 1] = last;
        _places[last.versionId][last.roundId] = place;
        _places[versionId][roundId] = 0;
        _open.pop();
    }

    // ---------------------------------------------------------------- readings
    function _forgetFlows(uint256 modelId) internal {
        delete _flows[modelId];
    }

    function _sumOf(FreezeRecord memory frozen) internal pure returns (uint256) {
        return frozen.fromBond + frozen.fromDelegations + frozen.fromUnbonding;
    }

    /// @dev Stake set aside by all unresolved freezes.
    function _frozenInAll() internal view returns (uint256 sum) {
        for (uint256 i; i < _open.length; ++i) sum += _sumOf(_open[i]);
    }

    /// @dev All 0 if there is none.
    function _freezeOf(bytes32 versionId, uint256 roundId) internal view returns (FreezeRecord memory frozen) {
        uint256 place = _places[versionId][roundId];
        if (place != 0) frozen = _open[place - 1];
    }

    // ---------------------------------------------------------------- words
    /// @param behind Words of the event behind the three of the stake.
    function _storeWords(uint256 modelId, bytes memory data, uint256 behind) private {
        StakeWords storage words = _foldedStake[modelId];
        words.bondWord = _fromEnd(data, behind + 2);
        words.poolWord = _fromEnd(data, behind + 1);
        words.lossWord = _fromEnd(data, behind);
    }

    function _at(bytes memory data, uint256 index) internal pure returns (uint256 word) {
        require(data.length >= 32 * (index + 1), "short");
        assembly ("memory-safe") {
            word := mload(add(data, mul(0x20, add(index, 1))))
        }
    }

    /// @param index 0: the last word.
    function _fromEnd(bytes memory data, uint256 index) internal pure returns (uint256) {
        return _at(data, data.length / 32 - 1 - index);
    }

    function _account(bytes32 topic) private pure returns (address) {
        return address(uint160(uint256(topic)));
    }
}
