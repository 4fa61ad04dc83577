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
        _expectAssayEvent();
        emit IAssay.ModelRegistered(1, owner, "model");
        _expectAssayEvent();
        emit IAssay.VersionAdded(1, versionId, DIGEST, URI, word);
        (uint256 modelId, bytes32 registered) = _register(DIGEST);

        _same(modelId, 1, "id");
        _same(registered, versionId, "versionId");
        _same(assay.versionIdOf(1, DIGEST), versionId, "versionIdOf");
        _same(assay.currentVersion(1), versionId, "current");
        _same(assay.memoryOf(versionId), word, "memory");
        _same(assay.ownerOf(1), owner, "owner");
        _same(assay.modelCount(), 1, "count");
        (bytes32 standingVersion, uint256 standingWord) = assay.standingOf(1);
        _same(standingVersion, versionId, "standing: version");
        _same(standingWord, word, "standing: memory");
    }

    function test_Register_OwnDigestPerModel() public {
        (, bytes32 first) = _register(DIGEST);
        (, bytes32 second) = _register(DIGEST);
        _isTrue(first != second, "a digest is another version under another model");
    }

    function test_RevertWhen_NameTooLong() public {
        _expect(abi.encodeWithSelector(IAssay.NameTooLong.selector, 65, 64));
        assay.register(string(new bytes(65)), DIGEST, "", 0);
        assay.register(string(new bytes(64)), DIGEST, "", 0);
    }

    function test_RevertWhen_UriTooLong() public {
        _expect(abi.encodeWithSelector(IAssay.UriTooLong.selector, 257, 256));
        assay.register("", DIGEST, string(new bytes(257)), 0);
        assay.register("", DIGEST, string(new bytes(256)), 0);
    }

    function test_RevertWhen_ZeroDigest() public {
        _expect(abi.encodeWithSelector(IAssay.ZeroDigest.selector));
        assay.register("model", 0, "", 0);
        (uint256 modelId, ) = _register(DIGEST);
        _expect(abi.encodeWithSelector(IAssay.ZeroDigest.selector));
        vm.prank(owner);
        assay.addVersion(modelId, 0, "", 0);
    }

    // ---------------------------------------------------------------- lineage
    /// @dev Of one's own model or anybody's; what it says changes nothing.
    function test_Lineage() public {
        (uint256 modelId, bytes32 first) = _register(DIGEST);
        _expectAssayEvent();
        emit IAssay.LineageDeclared(assay.versionIdOf(modelId, keccak256("v2")), first);
        vm.prank(owner);
        assay.addVersion(modelId, keccak256("v2"), "", first);
        _expectAssayEvent();
        emit IAssay.LineageDeclared(assay.versionIdOf(2, DIGEST), first);
        vm.prank(delegator);
        (, bytes32 fork) = assay.register("fork", DIGEST, "", first);
        _same(assay.memoryOf(fork), MemoryLib.initial(block.timestamp, 1), "nothing is inherited from others");
    }

    function test_RevertWhen_ParentUnknown() public {
        bytes32 nobody = keccak256("nobody");
        _expect(abi.encodeWithSelector(IAssay.UnknownParent.selector, nobody));
        assay.register("model", DIGEST, "", nobody);
        // Itself.
        bytes32 own = assay.versionIdOf(1, DIGEST);
        _expect(abi.encodeWithSelector(IAssay.UnknownParent.selector, own));
        assay.register("model", DIGEST, "", own);
        (uint256 modelId, ) = _register(DIGEST);
        _expect(abi.encodeWithSelector(IAssay.UnknownParent.selector, nobody));
        vm.prank(owner);
        assay.addVersion(modelId, keccak256("v2"), "", nobody);
    }

    // ---------------------------------------------------------------- versions
    /// @dev A quarter of the evidence, everything that speaks against it, and the lane.
    function test_AddVersion_InheritsWithAHaircut() public {
        (uint256 modelId, bytes32 first) = _standardModel();
        _measureRounds(modelId, 3, _good());
        _measure(modelId, DIGEST, _bad());
        Memory memory before = _memory(first);
        bytes32 second = _addVersion(modelId, keccak256("v2"));

        Memory memory inherited = _memory(second);
        _same(assay.currentVersion(modelId), second, "current");
        _same(inherited.rates, before.rates, "rates");
        _same(inherited.mass, before.mass / 4, "mass");
        _same(inherited.scar, before.scar, "the whole scar");
        _isTrue(inherited.scar > 0 && inherited.strikes > 0, "the old version failed");
        _same(inherited.strikes, before.strikes, "strikes");
        _same(inherited.cleanOwed, before.cleanOwed, "clean rounds owed");
        _same(inherited.tickedAt, before.tickedAt, "fades on from where the old one was");
        _same(inherited.lastRound, assay.currentRoundId(), "results of earlier rounds are stale");
        _same(inherited.rounds, 0, "rounds of its own");
        _same(inherited.inheritedRounds, 0, "half of four rounds is less than a unit");
        _same(inherited.flags, MemoryLib.EXISTS | MemoryLib.STANDARD | MemoryLib.LOGGED, "flags");
        _same(assay.memoryOf(first), MemoryLib.pack(before), "the old record stays");
    }

    /// @dev However many versions come between two measurements, the evidence is cut once and nothing else ever.
    function testFuzz_AddVersion_ChainOfUnmeasuredVersions(uint8 versions) public {
        (uint256 modelId, bytes32 first) = _standardModel();
        _measureRounds(modelId, 2, _good());
        _measure(modelId, DIGEST, _bad());
        Memory memory before = _memory(first);
        bytes32 last;
        for (uint256 i; i <= versions % 8; ++i) last = _addVersion(modelId, keccak256(abi.encode("v", i)));
        Memory memory inherited = _memory(last);
        _same(inherited.mass, before.mass / 4, "mass");
        _same(inherited.scar, before.scar, "scar");
        _same(inherited.strikes, before.strikes, "strikes");
        _same(inherited.cleanOwed, before.cleanOwed, "clean rounds owed");
    }

    /// @dev Half of the rounds, in whole units of four and sixty at most; a version that was never measured passes on what it took over.
    function test_AddVersion_InheritsHalfOfTheRounds() public {
        (uint256 modelId, bytes32 first) = _register(DIGEST);
        _measureRounds(modelId, 18, _good());
        _same(MemoryLib.roundsOnRecord(_memory(first)), 18, "on record");
        _same(MemoryLib.roundsOnRecord(_memory(_addVersion(modelId, keccak256("v2")))), 8, "half, in fours");
        _same(MemoryLib.roundsOnRecord(_memory(_addVersion(modelId, keccak256("v3")))), 8, "passed on");
        Memory memory old = _memory(first);
        (old.rounds, old.inheritedRounds) = (255, 15);
        MemoryLib.inherit(old, 300);
        _same(MemoryLib.roundsOnRecord(old), 60, "at most sixty");
        (old.rounds, old.inheritedRounds) = (56, 15);
        MemoryLib.inherit(old, 300);
        _same(MemoryLib.roundsOnRecord(old), 56, "both count");
    }

    /// @dev A better digest alone never admits: three rounds of the new version are needed again.
    function test_AddVersion_StartsUnadmitted() public {
        (uint256 modelId, ) = _standardModel();
        _measureRounds(modelId, 3, _good());
        _isTrue(assay.isAdmitted(modelId), "first version");
        _addVersion(modelId, keccak256("v2"));
        _isTrue(!assay.isAdmitted(modelId), "second version");
    }

    function test_RevertWhen_AddVersionNotOwner() public {
        (uint256 modelId, ) = _register(DIGEST);
        _expect(_notModelOwner(modelId, address(this)));
        assay.addVersion(modelId, keccak256("v2"), "", 0);
    }

    function test_RevertWhen_AddVersionUnknownModel() public {
        _expect(abi.encodeWithSelector(IAssay.UnknownModel.selector, 7));
        assay.addVersion(7, keccak256("v2"), "", 0);
    }

    function test_RevertWhen_VersionExists() public {
        (uint256 modelId, bytes32 versionId) = _register(DIGEST);
        _addVersion(modelId, keccak256("v2"));
        // Going back to an old digest would be a reset of the new one's record.
        _expect(abi.encodeWithSelector(IAssay.VersionExists.selector, versionId));
        vm.prank(owner);
        assay.addVersion(modelId, DIGEST, "", 0);
    }

    // ---------------------------------------------------------------- token
    /// @dev Whoever owns the model owns what it is held to; a transfer is no way out of anything.
    function test_Transfer_MovesTheModel() public {
        (uint256 modelId, bytes32 versionId) = _standardModel();
        uint256 word = assay.memoryOf(versionId);
        vm.prank(owner);
        assay.transferFrom(owner, delegator, modelId);
        _same(assay.memoryOf(versionId), word, "memory");
        _expect(_notModelOwner(modelId, owner));
        vm.prank(owner);
        assay.setLane(modelId, 0);
        vm.prank(delegator);
        assay.setLane(modelId, 0);
    }

    function test_Token_Metadata() public {
        (uint256 modelId, ) = _register(DIGEST);
        _same(keccak256(bytes(assay.name())), keccak256("Assay Model"), "name");
        _same(keccak256(bytes(assay.symbol())), keccak256("ASSAY"), "symbol");
        _same(bytes(assay.tokenURI(modelId)).length, 0, "uri");
        _isTrue(assay.supportsInterface(type(IERC721).interfaceId), "ERC-721");
        _isTrue(assay.supportsInterface(type(IERC165).interfaceId), "ERC-165");
        _expect(abi.encodeWithSignature("ERC721NonexistentToken(uint256)", 9));
        assay.tokenURI(9);
    }

    // ---------------------------------------------------------------- deployment
    function test_Deployment_Parameters() public view {
        _same(assay.policyBoard(), address(board), "board");
        _same(assay.vault(), address(vault), "vault");
        _same(assay.court(), address(court), "court");
        _same(assay.genesis(), block.timestamp, "genesis");
        _same(assay.epochLength(), EPOCH, "epoch");
    }

    function test_RevertWhen_ParametersOutOfBounds() public {
        _expect(abi.encodeWithSelector(IAssay.ParameterOutOfBounds.selector, "epochLength", 0, 1));
        new Assay(address(board), address(vault), address(court), 0);
        _expect(abi.encodeWithSelector(IAssay.ParameterOutOfBounds.selector, "epochLength", 1 days + 1, 1 days));
        new Assay(address(board), address(vault), address(court), 1 days + 1);
    }

    function test_EpochsOfASecondOrADay() public {
        _same(new Assay(address(board), address(vault), address(court), 1).epochLength(), 1, "a second");
        _same(new Assay(address(board), address(vault), address(court), 1 days).epochLength(), 1 days, "a day");
    }

    /// @dev Round ids end where a memory has no more bits for them: nothing that would carry one is let in.
    function test_RevertWhen_NoMoreRounds() public {
        (uint256 modelId, ) = _register(DIGEST);
        uint256 bound = 1 << 24;
        vm.warp(assay.genesis() + (bound - 2) * EPOCH);
        _same(assay.currentRoundId(), bound - 1, "the last round");
        assay.openRound();
        vm.warp(assay.genesis() + (bound - 1) * EPOCH);
        bytes memory reason = abi.encodeWithSelector(IAssay.NoMoreRounds.selector, bound, bound);
        _expect(reason);
        assay.openRound();
        vm.warp(assay.genesis() + bound * EPOCH);
        _expect(abi.encodeWithSelector(IAssay.NoMoreRounds.selector, bound + 1, bound));
        assay.openRound();
        vm.warp(assay.genesis() + (bound - 1) * EPOCH);
        _expect(reason);
        assay.register("model", DIGEST, "", 0);
        _expect(reason);
        vm.prank(owner);
        assay.addVersion(modelId, keccak256("v2"), "", 0);
    }

    function testFuzz_Register(address account, string calldata name, bytes32 digest, string calldata uri) public {
        vm.assume(account != address(0) && digest != 0 && bytes(name).length <= 64 && bytes(uri).length <= 256);
        vm.prank(account);
        (uint256 modelId, bytes32 versionId) = assay.register(name, digest, uri, 0);
        _same(assay.ownerOf(modelId), account, "owner");
        _same(versionId, keccak256(abi.encode(modelId, digest)), "versionId");
        _same(assay.memoryOf(versionId), MemoryLib.initial(block.timestamp, 1), "memory");
    }
}
