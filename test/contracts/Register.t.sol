// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC165 } from "@openzeppelin/contracts/interfaces/IERC165.sol";
import { IERC721 } from "@openzeppelin/contracts/interfaces/IERC721.sol";
import { Assay } from "../../contracts/Assay.sol";
import { IAssay } from "../../contracts/interfaces/IAssay.sol";
import { Memory, MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

contract RegisterTest is AssayFixture {
    function test_Register_MintsWithFirstVersion() public {
        bytes32 versionId = keccak256(abi.encode(uint256(1), DIGEST));
        uint256 word = MemoryLib.initial(block.timestamp, 1);
        _expectEvent();
        emit IAssay.ModelRegistered(1, owner, "model");
        _expectEvent();
        emit IAssay.VersionAdded(1, versionId, DIGEST, "https://example.org/manifest.json", word);
        (uint256 modelId, bytes32 registered) = _register(DIGEST);

        _same(modelId, 1, "id");
        _same(registered, versionId, "versionId");
        _same(assay.versionIdOf(1, DIGEST), versionId, "versionIdOf");
        _same(assay.currentVersion(1), versionId, "current");
        _same(assay.memoryOf(versionId), word, "memory");
        _same(assay.ownerOf(1), owner, "owner");
        _same(assay.modelCount(), 1, "count");
    }

    function test_Register_OwnDigestPerModel() public {
        (, bytes32 first) = _register(DIGEST);
        (, bytes32 second) = _register(DIGEST);
        _isTrue(first != second, "a digest is another version under another model");
    }

    function test_RevertWhen_NameTooLong() public {
        _expect(abi.encodeWithSelector(IAssay.NameTooLong.selector, 65, 64));
        assay.register(string(new bytes(65)), DIGEST, "");
        assay.register(string(new bytes(64)), DIGEST, "");
    }

    function test_RevertWhen_UriTooLong() public {
        _expect(abi.encodeWithSelector(IAssay.UriTooLong.selector, 257, 256));
        assay.register("", DIGEST, string(new bytes(257)));
        assay.register("", DIGEST, string(new bytes(256)));
    }

    function test_RevertWhen_ZeroDigest() public {
        _expect(abi.encodeWithSelector(IAssay.ZeroDigest.selector));
        assay.register("model", 0, "");
        (uint256 modelId, ) = _register(DIGEST);
        _expect(abi.encodeWithSelector(IAssay.ZeroDigest.selector));
        vm.prank(owner);
        assay.addVersion(modelId, 0, "");
    }

    // ---------------------------------------------------------------- versions
    function test_AddVersion_InheritsWithAHaircut() public {
        (uint256 modelId, bytes32 first) = _standardModel();
        _measureRounds(modelId, 3, _good());
        _measure(modelId, DIGEST, _bad());
        Memory memory before = _memory(first);
        vm.prank(owner);
        bytes32 second = assay.addVersion(modelId, keccak256("v2"), "uri");

        Memory memory inherited = _memory(second);
        _same(assay.currentVersion(modelId), second, "current");
        _same(inherited.rates, before.rates, "rates");
        _same(inherited.mass, before.mass / 4, "mass");
        _same(inherited.scar, before.scar / 2, "scar");
        _isTrue(inherited.scar > 0 && inherited.strikes > 0, "the old version failed");
        _same(inherited.strikes, before.strikes, "strikes");
        _same(inherited.cleanOwed, before.cleanOwed, "clean rounds owed");
        _same(inherited.tickedAt, before.tickedAt, "fades on from where the old one was");
        _same(inherited.lastRound, assay.currentRoundId(), "results of earlier rounds are stale");
        _same(inherited.rounds, 0, "rounds");
        _same(inherited.flags, MemoryLib.EXISTS, "flags");
        _same(assay.memoryOf(first), MemoryLib.pack(before), "the old record stays");
    }

    /// @dev A better digest alone never admits: three rounds of the new version are needed again.
    function test_AddVersion_StartsUnadmitted() public {
        (uint256 modelId, ) = _standardModel();
        _measureRounds(modelId, 3, _good());
        _isTrue(lens.isAdmitted(modelId), "first version");
        vm.prank(owner);
        assay.addVersion(modelId, keccak256("v2"), "");
        _isTrue(!lens.isAdmitted(modelId), "second version");
    }

    function test_RevertWhen_AddVersionNotOwner() public {
        (uint256 modelId, ) = _register(DIGEST);
        _expect(_notOwner(modelId, address(this)));
        assay.addVersion(modelId, keccak256("v2"), "");
    }

    function test_RevertWhen_AddVersionUnknownModel() public {
        _expect(abi.encodeWithSelector(IAssay.UnknownModel.selector, 7));
        assay.addVersion(7, keccak256("v2"), "");
    }

    function test_RevertWhen_VersionExists() public {
        (uint256 modelId, bytes32 versionId) = _register(DIGEST);
        vm.prank(owner);
        assay.addVersion(modelId, keccak256("v2"), "");
        // Going back to an old digest would be a reset of the new one's record.
        _expect(abi.encodeWithSelector(IAssay.VersionExists.selector, versionId));
        vm.prank(owner);
        assay.addVersion(modelId, DIGEST, "");
    }

    // ---------------------------------------------------------------- lane, token
    function test_SetLane() public {
        (uint256 modelId, ) = _register(DIGEST);
        _expectEvent();
        emit IAssay.LaneChanged(modelId, 1);
        vm.prank(owner);
        assay.setLane(modelId, 1);
        _same(_stake(modelId).lane, 1, "lane");
    }

    function test_RevertWhen_LaneUnknown() public {
        (uint256 modelId, ) = _register(DIGEST);
        _expect(abi.encodeWithSelector(IAssay.UnknownLane.selector, 2));
        vm.prank(owner);
        assay.setLane(modelId, 2);
    }

    function test_RevertWhen_SetLaneNotOwner() public {
        (uint256 modelId, ) = _register(DIGEST);
        _expect(_notOwner(modelId, delegator));
        vm.prank(delegator);
        assay.setLane(modelId, 1);
    }

    /// @dev Whoever owns the model owns the bond; a transfer is no way out of anything.
    function test_Transfer_MovesTheBond() public {
        (uint256 modelId, ) = _standardModel();
        vm.prank(owner);
        assay.transferFrom(owner, delegator, modelId);
        _expect(_notOwner(modelId, owner));
        vm.prank(owner);
        assay.requestBondUnbond(modelId, 1);
        vm.prank(delegator);
        assay.requestBondUnbond(modelId, 1);
    }

    function test_Token_Metadata() public {
        (uint256 modelId, ) = _register(DIGEST);
        _same(bytes(assay.tokenURI(modelId)).length, 0, "uri");
        _isTrue(assay.supportsInterface(type(IERC721).interfaceId), "ERC-721");
        _isTrue(assay.supportsInterface(type(IERC165).interfaceId), "ERC-165");
        _expect(abi.encodeWithSignature("ERC721NonexistentToken(uint256)", 9));
        assay.tokenURI(9);
    }

    // ---------------------------------------------------------------- deployment
    function test_Deployment_Parameters() public view {
        _same(assay.token(), address(token), "token");
        _same(assay.policyBoard(), address(board), "board");
        _same(assay.genesis(), block.timestamp, "genesis");
        _same(assay.epochLength(), EPOCH, "epoch");
        _same(assay.unbondingDelay(), UNBONDING, "unbonding");
    }

    function test_RevertWhen_ParametersOutOfBounds() public {
        _expect(abi.encodeWithSelector(IAssay.ParameterOutOfBounds.selector, "epochLength", 0, 1));
        new Assay(address(token), address(board), 0, UNBONDING);
        _expect(abi.encodeWithSelector(IAssay.ParameterOutOfBounds.selector, "epochLength", 31 days, 30 days));
        new Assay(address(token), address(board), 31 days, UNBONDING);
        _expect(abi.encodeWithSelector(IAssay.ParameterOutOfBounds.selector, "unbondingDelay", 91 days, 90 days));
        new Assay(address(token), address(board), EPOCH, 91 days);
    }

    function testFuzz_Register(address account, string calldata name, bytes32 digest, string calldata uri) public {
        vm.assume(account != address(0) && digest != 0 && bytes(name).length <= 64 && bytes(uri).length <= 256);
        vm.prank(account);
        (uint256 modelId, bytes32 versionId) = assay.register(name, digest, uri);
        _same(assay.ownerOf(modelId), account, "owner");
        _same(versionId, keccak256(abi.encode(modelId, digest)), "versionId");
        _same(assay.memoryOf(versionId), MemoryLib.initial(block.timestamp, 1), "memory");
    }
}
