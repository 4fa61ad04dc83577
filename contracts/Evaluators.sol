// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { MessageHashUtils } from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { CourtConnections } from "./CourtConnections.sol";
import { IAssay } from "./interfaces/IAssay.sol";
import { ICourt } from "./interfaces/ICourt.sol";
import { Commitment, Fault, IInspector, Report } from "./interfaces/IInspector.sol";
import { DataCode } from "./libraries/DataCode.sol";
import { ReportLib } from "./libraries/ReportLib.sol";
import { SignersLib } from "./libraries/SignersLib.sol";

/// @notice What a seat is slashed for.
struct Charge {
    Fault fault;
    uint256 shareBps;
    bytes32 versionId;
    uint256 roundId;
    /// What it is slashed for at most once.
    bytes32 subject;
}

/// @title Evaluators: what they signed, and what it costs them
/// @dev Only statements of members of the committee count, about a round that ended a short while ago: a key that was rotated out, or bought when
/// its seat has gone, can do no harm later.
abstract contract Evaluators is IInspector, CourtConnections, ReentrancyGuardTransient {
    /// @dev After a round is closed. A seat's bond stays for the unbonding delay (at least four epochs) and 21 days after it has left; a round is closed
    /// within three epochs of its opening, so that every bond that can be proven against is still there.
    uint256 private constant PROOF_TIME = 21 days;

    /// @dev Carries out what is found here.
    ICourt internal immutable COURT;
    mapping(bytes32 key => bool) private _slashed;

    constructor() {
        COURT = ICourt(msg.sender);
    }

    /// @inheritdoc IInspector
    function reportDigest(Report calldata report) public view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(ASSAY.domainSeparator(), ReportLib.structHash(report));
    }

    /// @inheritdoc IInspector
    function commitmentDigest(Commitment memory commitment) public view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(ASSAY.domainSeparator(), ReportLib.structHash(commitment));
    }

    function _requireSigned(bytes32 digest, address evaluator, bytes calldata signature) internal pure {
        uint256 length = SignersLib.SIGNATURE_BYTES;
        require(signature.length == length, IAssay.SignatureLengthMismatch(signature.length, length));
        address recovered = SignersLib.recover(digest, signature, 0);
        // An evaluator in a committee is never 0, which stands for a signature of nobody.
        require(recovered == evaluator, WrongSignature(recovered, evaluator));
    }

    function _requireProvable(uint256 roundId) internal view {
        uint256 provableUntil = ASSAY.closesAt(roundId) + PROOF_TIME;
        require(block.timestamp < provableUntil, ProofTooLate(provableUntil, block.timestamp));
    }

    /// @dev The seat of a member of the committee that measured the version in a round that was drawn.
    function _seatOf(uint256 roundId, bytes32 versionId, address evaluator) internal view returns (uint256 seatId) {
        uint256 committee = ASSAY.committeeOf(roundId, ASSAY.shardOf(roundId, versionId));
        bytes memory seats = DataCode.read(ASSAY.round(roundId).seatsPointer);
        // At most as many steps as a committee has members (15).
        for (; committee != 0; committee &= committee - 1) {
            if (DataCode.addressAt(seats, SignersLib.lowest(committee)) == evaluator) return _seatOfKey(evaluator);
        }
        revert NotInCommittee(evaluator, roundId, versionId);
    }

    /// @return Whether it was not slashed for this before.
    function _slash(uint256 seatId, Charge memory charge) internal returns (bool) {
        bytes32 key = keccak256(abi.encode(seatId, charge.fault, charge.subject));
        if (_slashed[key]) return false;
        _slashed[key] = true;
        uint256 assets = COURT.slash(seatId, charge.shareBps);
        emit EvaluatorSlashed(seatId, charge.versionId, charge.roundId, charge.fault, charge.shareBps, assets);
        return true;
    }
}
