// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { AdmissionConsumer } from "../../contracts/consumer/AdmissionConsumer.sol";
import { AdmissionGated } from "../../contracts/examples/AdmissionGated.sol";
import { IAssayLens } from "../../contracts/interfaces/IAssayLens.sol";
import { LensFixture } from "./LensFixture.sol";
import { BrokenLens, KINDS, Router } from "./harness/Router.sol";
import { vm } from "./Vm.sol";

contract AdmissionConsumerTest is LensFixture {
    bytes32 private constant REQUEST = keccak256("request");
    bytes32 private constant OTHER = keccak256("other");

    Router private router;
    AdmissionGated private gated;
    /// @dev A second model, with ten times the stake and not measured yet.
    uint256 private second;

    function setUp() public override {
        super.setUp();
        router = new Router();
        gated = new AdmissionGated(address(assay), address(lens));
        (second, ) = _register(OTHER);
        _setLane(second, 1);
        _bond(second, 20_000 * UNIT);
    }

    // ---------------------------------------------------------------- one model
    function test_IsAdmitted() public {
        _isTrue(!router.isAdmitted(lens, modelId), "a newcomer");
        _admit();
        _isTrue(router.isAdmitted(lens, modelId), "admitted");
        _isTrue(router.isAdmitted(IAssayLens(address(assay)), modelId), "says the record itself");
        router.requireAdmitted(lens, modelId, 1 days);
        vm.warp(lens.explain(modelId).validUntil + 1);
        _isTrue(!router.isAdmitted(lens, modelId), "lapsed");
    }

    function test_RevertWhen_NotAdmitted() public {
        uint256 reasons = lens.explain(modelId).reasons;
        _expect(abi.encodeWithSelector(IAssayLens.NotAdmitted.selector, modelId, reasons));
        router.requireAdmitted(lens, modelId, 1 days);
    }

    // ---------------------------------------------------------------- several models
    /// @dev Of two that are measured alike, the one with more stake behind it; of one that is admitted and one that is not, the first.
    function test_BestOf() public {
        _same(router.bestOf(lens, _ids()), 0, "nobody");
        _admit();
        _same(router.bestOf(lens, _ids()), modelId, "the only one");
        for (uint256 i; i < 3; ++i) _measure(second, OTHER, _good());
        _same(router.bestOf(lens, _ids()), second, "the heavier one");
        _same(router.bestOf(lens, new uint256[](0)), 0, "of none");
    }

    function test_Weights() public {
        _admit();
        uint256[] memory weights = router.weights(lens, _ids());
        uint256[] memory expected = lens.weights(_ids());
        _same(keccak256(abi.encode(weights)), keccak256(abi.encode(expected)), "weights");
        _isTrue(weights[1] != 0, "admitted");
    }

    /// @dev Every number below the sum of the weights draws the model whose part of it the number lies in.
    function testFuzz_DrawOf(uint256 random) public {
        _admit();
        for (uint256 i; i < 3; ++i) _measure(second, OTHER, _good());
        uint256[] memory ids = _ids();
        uint256[] memory weights = lens.weights(ids);
        uint256 drawn = random % (weights[0] + weights[1] + weights[2]);
        _same(
            router.drawOf(lens, ids, random),
            drawn < weights[0]
                ? ids[0]
                : drawn < weights[0] + weights[1]
                    ? ids[1]
                    : ids[2],
            "drawn"
        );
        _isTrue(weights[2] == 0 && weights[0] > weights[1], "the third is not admitted");
    }

    /// @dev The last number of a model's part, and the first of the next one's.
    function test_DrawOf_WhereOnePartEnds() public {
        _admit();
        for (uint256 i; i < 3; ++i) _measure(second, OTHER, _good());
        uint256 first = lens.weights(_ids())[0];
        _same(router.drawOf(lens, _ids(), 0), second, "the first number");
        _same(router.drawOf(lens, _ids(), first - 1), second, "the last of its part");
        _same(router.drawOf(lens, _ids(), first), modelId, "the next one's");
    }

    function test_DrawOf_Nobody() public view {
        _same(router.drawOf(lens, _ids(), 7), 0, "nobody");
    }

    // ---------------------------------------------------------------- fails closed
    /// @dev Whatever else than an answer comes back, nobody is admitted.
    function test_FailsClosed() public {
        for (uint256 kind; kind < KINDS; ++kind) _failsClosed(address(new BrokenLens(kind)));
        _failsClosed(address(0xDEAD));
    }

    function _failsClosed(address broken) private view {
        IAssayLens brokenLens = IAssayLens(broken);
        _isTrue(!router.isAdmitted(brokenLens, modelId), "isAdmitted");
        _same(router.bestOf(brokenLens, _ids()), 0, "bestOf");
        _same(router.drawOf(brokenLens, _ids(), 1), 0, "drawOf");
        uint256[] memory weights = router.weights(brokenLens, _ids());
        _same(weights.length, 3, "a weight each");
        _same(weights[0] + weights[1] + weights[2], 0, "of nothing");
    }

    /// @dev With too little gas for the lens the answer is "nobody", never "another".
    function testFuzz_FailsClosed_Gas(uint256 gasLimit) public {
        _admit();
        for (uint256 i; i < 3; ++i) _measure(second, OTHER, _good());
        uint256[] memory ids = _ids();
        try router.bestOf{ gas: _within(gasLimit, 5_000, 1_000_000) }(lens, ids) returns (uint256 best) {
            _isTrue(best == second || best == 0, "the best or nobody");
        } catch {
            // Not even enough for the router itself.
        }
    }

    // ---------------------------------------------------------------- the example
    function test_Gated_Request() public {
        _admit();
        vm.expectEmit(true, true, true, true, address(gated));
        emit AdmissionGated.Requested(modelId, address(this), REQUEST, 1 ether);
        gated.request{ value: 1 ether }(modelId, REQUEST);
        _same(owner.balance, 1 ether, "paid");
        _same(address(gated).balance, 0, "nothing stays");
        _same(gated.requestBest{ value: 2 ether }(_ids(), REQUEST), modelId, "the best");
        _same(owner.balance, 3 ether, "paid again");
    }

    function test_RevertWhen_Gated_NotAdmitted() public {
        uint256 reasons = lens.explain(modelId).reasons;
        _expect(abi.encodeWithSelector(IAssayLens.NotAdmitted.selector, modelId, reasons));
        gated.request{ value: 1 ether }(modelId, REQUEST);
        _expect(abi.encodeWithSelector(AdmissionConsumer.NobodyAdmitted.selector, 3));
        gated.requestBest{ value: 1 ether }(_ids(), REQUEST);
        _same(owner.balance, 0, "nothing paid");
    }

    /// @dev Admitted by the standards, and yet not measured lately enough for this contract.
    function test_RevertWhen_Gated_ResultTooOld() public {
        _admit();
        uint256 updatedAt = lens.explain(modelId).updatedAt;
        vm.warp(updatedAt + 3 days + 1);
        _expect(abi.encodeWithSelector(IAssayLens.ResultTooOld.selector, modelId, updatedAt, 3 days));
        gated.request{ value: 1 ether }(modelId, REQUEST);
    }

    function test_RevertWhen_Gated_TheBestResultIsTooOld() public {
        _admit();
        uint256 updatedAt = lens.explain(modelId).updatedAt;
        vm.warp(updatedAt + 3 days + 1);
        _expect(abi.encodeWithSelector(IAssayLens.ResultTooOld.selector, modelId, updatedAt, 3 days));
        gated.requestBest{ value: 1 ether }(_ids(), REQUEST);
    }

    function test_RevertWhen_Gated_NoPayment() public {
        _admit();
        _expect(abi.encodeWithSelector(AdmissionGated.NoPayment.selector));
        gated.request(modelId, REQUEST);
    }

    /// @dev The second model, the first, and one that does not exist.
    function _ids() private view returns (uint256[] memory ids) {
        ids = new uint256[](3);
        (ids[0], ids[1], ids[2]) = (second, modelId, 99);
    }
}
