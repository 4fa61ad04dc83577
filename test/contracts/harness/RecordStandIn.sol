// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssay, Round } from "../../../contracts/interfaces/IAssay.sol";
import { FreezeOrder, IAssayVault } from "../../../contracts/interfaces/IAssayVault.sol";

/// @notice What the vault asks the record, with answers the tests set, and what the record orders, when the tests say so.
contract RecordStandIn {
    address public immutable policyBoard;
    address public immutable vault;
    address public immutable court;
    uint256 public immutable epochLength;
    uint256 public immutable genesis;

    uint256 public modelCount;
    mapping(uint256 modelId => address) private _owners;
    mapping(uint256 modelId => uint8) private _lanes;
    mapping(uint256 roundId => mapping(uint256 place => address)) private _signers;
    mapping(uint256 roundId => address) private _pointers;
    mapping(uint256 roundId => uint32) private _openedAt;

    constructor(address policyBoard_, address vault_, address court_, uint256 epochLength_) {
        (policyBoard, vault, court, epochLength) = (policyBoard_, vault_, court_, epochLength_);
        genesis = block.timestamp;
    }

    // ---------------------------------------------------------------- models
    function register(address owner) external returns (uint256 modelId) {
        modelId = ++modelCount;
        _owners[modelId] = owner;
    }

    function transfer(uint256 modelId, address to) external {
        _owners[modelId] = to;
    }

    function setLane(uint256 modelId, uint8 lane) external {
        _lanes[modelId] = lane;
    }

    function ownerAndLane(uint256 modelId) external view returns (address owner, uint8 lane) {
        return (_owners[modelId], _lanes[modelId]);
    }

    // ---------------------------------------------------------------- rounds
    function setOpened(uint256 roundId) external {
        _openedAt[roundId] = uint32(block.timestamp);
    }

    function round(uint256 roundId) external view returns (Round memory opened) {
        opened.openedAt = _openedAt[roundId];
    }

    function currentRoundId() public view returns (uint256) {
        return 1 + (block.timestamp - genesis) / epochLength;
    }

    /// @dev Two epochs after the round's own.
    function closesAt(uint256 roundId) public view returns (uint256) {
        return genesis + (roundId + 2) * epochLength;
    }

    function setParticipation(uint256 roundId, uint256 place, address signer, address policyPointer) external {
        _signers[roundId][place] = signer;
        _pointers[roundId] = policyPointer;
    }

    function collectParticipation(
        uint256 roundId,
        uint256 place
    ) external returns (address signer, address policyPointer) {
        require(msg.sender == vault, IAssay.NotAuthorized(msg.sender, vault));
        uint256 closes = closesAt(roundId);
        require(block.timestamp >= closes, IAssay.RoundNotClosed(closes, block.timestamp));
        signer = _signers[roundId][place];
        require(signer != address(0), IAssay.NothingToCollect(roundId, place));
        delete _signers[roundId][place];
        return (signer, _pointers[roundId]);
    }

    // ---------------------------------------------------------------- orders
    function freeze(FreezeOrder calldata order) external returns (bool) {
        return IAssayVault(vault).freeze(order);
    }

    function fundLottery(uint256 roundId, uint256 slots, uint256 price) external returns (uint256) {
        return IAssayVault(vault).fundLottery(roundId, slots, price);
    }
}
