// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ERC721 } from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import { Hashes } from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import { Epochs } from "./Epochs.sol";
import { IAssay } from "./interfaces/IAssay.sol";
import { MemoryLib } from "./libraries/MemoryLib.sol";

/// @title Models: identities, and the versions that are measured
/// @dev A model is an ERC-721 token; its bond, debts and record belong to the id and move with it. Names and URIs are for people and live in
/// events only.
abstract contract Models is Epochs, ERC721 {
    uint256 private constant NAME_MAX_BYTES = 64;
    uint256 private constant URI_MAX_BYTES = 256;

    /// @inheritdoc IAssay
    uint256 public modelCount;
    /// @inheritdoc IAssay
    mapping(uint256 modelId => bytes32 versionId) public currentVersion;
    /// @dev Written at registration, so that a result changes a slot and never makes one.
    mapping(bytes32 versionId => uint256 memoryWord) internal _memories;

    constructor() ERC721("Assay Model", "ASSAY") {}

    /// @inheritdoc IAssay
    function register(
        string calldata name,
        bytes32 digest,
        string calldata manifestUri
    ) external returns (uint256 modelId, bytes32 versionId) {
        require(bytes(name).length <= NAME_MAX_BYTES, NameTooLong(bytes(name).length, NAME_MAX_BYTES));
        // Freezes keep 32 bits of a model's id: 2^32 registrations would fill every block for a decade.
        modelId = ++modelCount;
        _mint(msg.sender, modelId);
        emit ModelRegistered(modelId, msg.sender, name);
        versionId = _addVersion(modelId, digest, manifestUri, MemoryLib.initial(block.timestamp, currentRoundId()));
    }

    /// @inheritdoc IAssay
    /// @dev The inherited memory keeps the time up to which the old one had faded, and goes on fading from there: fading first would give the same
    /// to within rounding, and would need a policy before there is one.
    function addVersion(
        uint256 modelId,
        bytes32 digest,
        string calldata manifestUri
    ) external returns (bytes32 versionId) {
        _requireModelOwner(modelId);
        uint256 previous = _memories[currentVersion[modelId]];
        uint256 inherited = MemoryLib.inherit(MemoryLib.unpack(previous), currentRoundId());
        versionId = _addVersion(modelId, digest, manifestUri, inherited);
    }

    function _addVersion(
        uint256 modelId,
        bytes32 digest,
        string calldata manifestUri,
        uint256 memoryWord
    ) private returns (bytes32 versionId) {
        require(bytes(manifestUri).length <= URI_MAX_BYTES, UriTooLong(bytes(manifestUri).length, URI_MAX_BYTES));
        require(digest != 0, ZeroDigest());
        versionId = versionIdOf(modelId, digest);
        require(_memories[versionId] == 0, VersionExists(versionId));
        _memories[versionId] = memoryWord;
        currentVersion[modelId] = versionId;
        emit VersionAdded(modelId, versionId, digest, manifestUri, memoryWord);
    }

    /// @inheritdoc ERC721
    /// @dev Empty: what a model is stands in its current version's manifest, whose URI and digest the events carry.
    function tokenURI(uint256 modelId) public view override returns (string memory) {
        _requireOwned(modelId);
        return "";
    }

    function _requireModel(uint256 modelId) internal view {
        require(_ownerOf(modelId) != address(0), UnknownModel(modelId));
    }

    function _requireModelOwner(uint256 modelId) internal view {
        address owner = _ownerOf(modelId);
        require(owner != address(0), UnknownModel(modelId));
        require(owner == msg.sender, NotModelOwner(modelId, msg.sender));
    }

    /// @inheritdoc IAssay
    function memoryOf(bytes32 versionId) external view returns (uint256 memoryWord) {
        return _memories[versionId];
    }

    /// @inheritdoc IAssay
    function versionIdOf(uint256 modelId, bytes32 digest) public pure returns (bytes32 versionId) {
        return Hashes.efficientKeccak256(bytes32(modelId), digest);
    }
}
