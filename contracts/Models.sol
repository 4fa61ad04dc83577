// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ERC721 } from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import { Hashes } from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import { Logs } from "./Logs.sol";
import { IAssay } from "./interfaces/IAssay.sol";
import { Memory, MemoryLib } from "./libraries/MemoryLib.sol";

/// @title Models: identities, and the versions that are measured
/// @dev A model is an ERC-721 token; its bond, debts and record belong to the id and move with it. Names and URIs are for people and live in
/// events only.
abstract contract Models is Logs, ERC721 {
    uint256 private constant NAME_MAX_BYTES = 64;
    uint256 private constant URI_MAX_BYTES = 256;

    /// @inheritdoc IAssay
    uint256 public modelCount;
    /// @inheritdoc IAssay
    mapping(uint256 modelId => bytes32 versionId) public currentVersion;
    /// @dev Written at registration, so that a result changes a slot and never makes one.
    mapping(bytes32 versionId => uint256 memoryWord) internal _memories;

    constructor() ERC721("", "") {}

    /// @inheritdoc IAssay
    function register(
        string calldata modelName,
        bytes32 digest,
        string calldata manifestUri,
        bytes32 parent
    ) external returns (uint256 modelId, bytes32 versionId) {
        require(bytes(modelName).length <= NAME_MAX_BYTES, NameTooLong(bytes(modelName).length, NAME_MAX_BYTES));
        // Rounds keep 32 bits of the number of models: 2^32 registrations would fill every block for a decade.
        modelId = ++modelCount;
        versionId = versionIdOf(modelId, digest);
        _mint(msg.sender, modelId);
        emit ModelRegistered(modelId, msg.sender, modelName);
        uint256 memoryWord = MemoryLib.initial(block.timestamp, _roundIdInBounds());
        _storeVersion(modelId, versionId, digest, manifestUri, memoryWord);
        if (parent != 0) _declareLineage(versionId, parent);
    }

    /// @inheritdoc IAssay
    function addVersion(
        uint256 modelId,
        bytes32 digest,
        string calldata manifestUri,
        bytes32 parent
    ) external returns (bytes32 versionId) {
        _requireModelOwner(modelId);
        versionId = versionIdOf(modelId, digest);
        bytes32 previousId = currentVersion[modelId];
        (uint256 memoryWord, bool logged) = _inherited(modelId, previousId);
        _storeVersion(modelId, versionId, digest, manifestUri, memoryWord);
        if (logged) _inheritLog(previousId, versionId);
        if (parent != 0) _declareLineage(versionId, parent);
    }

    /// @dev The memory word that a new version inherits, and whether the log goes on in it.
    function _inherited(uint256 modelId, bytes32 previousId) private view returns (uint256 memoryWord, bool logged) {
        Memory memory self = MemoryLib.unpack(_memories[previousId]);
        require(!MemoryLib.has(self, MemoryLib.RETIRED), ModelIsRetired(modelId));
        logged = _hasOpenLog(previousId, self);
        if (!logged) self.flags &= ~MemoryLib.LOGGED;
        MemoryLib.inherit(self, _roundIdInBounds());
        memoryWord = MemoryLib.pack(self);
    }

    function _storeVersion(
        uint256 modelId,
        bytes32 versionId,
        bytes32 digest,
        string calldata manifestUri,
        uint256 memoryWord
    ) private {
        require(bytes(manifestUri).length <= URI_MAX_BYTES, UriTooLong(bytes(manifestUri).length, URI_MAX_BYTES));
        require(digest != 0, ZeroDigest());
        require(_memories[versionId] == 0, VersionExists(versionId));
        _memories[versionId] = memoryWord;
        currentVersion[modelId] = versionId;
        emit VersionAdded(modelId, versionId, digest, manifestUri, memoryWord);
    }

    /// @dev A claim about the past, for people; it changes nothing. Nothing comes from itself.
    function _declareLineage(bytes32 versionId, bytes32 parent) private {
        require(parent != versionId && _memories[parent] != 0, UnknownParent(parent));
        emit LineageDeclared(versionId, parent);
    }

    // ---------------------------------------------------------------- token
    /// @inheritdoc ERC721
    /// @dev A constant, like the symbol: the base would read both from storage.
    function name() public pure override returns (string memory) {
        return "Assay Model";
    }

    /// @inheritdoc ERC721
    function symbol() public pure override returns (string memory) {
        return "ASSAY";
    }

    /// @inheritdoc ERC721
    /// @dev Empty: what a model is stands in its current version's manifest, whose URI and digest the events carry.
    function tokenURI(uint256 modelId) public view override returns (string memory) {
        _requireOwned(modelId);
        return "";
    }

    function _storeMemory(bytes32 versionId, Memory memory self) internal returns (uint256 memoryWord) {
        memoryWord = MemoryLib.pack(self);
        _memories[versionId] = memoryWord;
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
    function standingOf(uint256 modelId) external view returns (bytes32 versionId, uint256 memoryWord) {
        versionId = currentVersion[modelId];
        memoryWord = _memories[versionId];
    }

    /// @inheritdoc IAssay
    function versionIdOf(uint256 modelId, bytes32 digest) public pure returns (bytes32 versionId) {
        return Hashes.efficientKeccak256(bytes32(modelId), digest);
    }
}
