// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC165 } from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {
    AdmissionState,
    Explanation,
    FamilyExplanation,
    IAssayLens,
    ModelRow
} from "../../contracts/interfaces/IAssayLens.sol";
import { AdmissionReason } from "../../contracts/libraries/AdmissionReason.sol";
import { LensFixture } from "./LensFixture.sol";
import { vm } from "./Vm.sol";

contract LensTest is LensFixture {
    // ---------------------------------------------------------------- explain
    function test_Explain_Newcomer() public view {
        Explanation memory explanation = lens.explain(modelId);
        _state(explanation.state, AdmissionState.Eligible);
        _isTrue(!explanation.admitted, "admitted");
        uint256 record = AdmissionReason.TOO_FEW_ROUNDS | AdmissionReason.TOO_LITTLE_EVIDENCE;
        _same(explanation.reasons, record | AdmissionReason.ANY_FAMILY, "reasons");
        _same(explanation.updatedAt, 0, "no result yet");
        _same(explanation.validUntil, 0, "no admission to lapse");
        _same(explanation.activeBond, 2_000 * UNIT, "bond");
        _same(explanation.activeStake, 2_000 * UNIT, "stake");
        _same(explanation.weight, 0, "weight");
    }

    function test_Explain_Admitted() public {
        _admit();
        Explanation memory explanation = lens.explain(modelId);
        _state(explanation.state, AdmissionState.Admitted);
        _isTrue(explanation.admitted, "admitted");
        _same(explanation.reasons, 0, "reasons");
        _same(explanation.updatedAt, _epochStart(), "updatedAt");
        _same(explanation.validUntil, _epochStart() + 14 days, "validUntil");
        _isTrue(explanation.qualityBps > 9_000 && explanation.weight > 0, "quality and weight");
        _isTrue(lens.isAdmitted(modelId) && assay.isAdmitted(modelId), "isAdmitted");
        lens.requireAdmitted(modelId, 1 days);

        (AdmissionState state, uint256 reasons, uint256 quality, uint256 updatedAt, uint256 validUntil) = lens
            .admission(modelId);
        _state(state, AdmissionState.Admitted);
        _same(reasons, 0, "reasons");
        _same(quality, explanation.qualityBps, "quality");
        _same(updatedAt, explanation.updatedAt, "updatedAt");
        _same(validUntil, explanation.validUntil, "validUntil");
    }

    function test_Explain_UnknownModel() public view {
        Explanation memory explanation = lens.explain(99);
        _state(explanation.state, AdmissionState.Unbonded);
        _isTrue(explanation.reasons & AdmissionReason.NO_VERSION != 0, "no version");
        _isTrue(!lens.isAdmitted(99), "not admitted");
        _same(lens.exposure(99), 0, "exposure");
    }

    function test_SupportsInterface() public view {
        _isTrue(lens.supportsInterface(type(IAssayLens).interfaceId), "the lens");
        _isTrue(lens.supportsInterface(type(IERC165).interfaceId), "ERC-165");
        _isTrue(!lens.supportsInterface(0xffffffff), "nothing else");
        _isTrue(!lens.supportsInterface(0x00000001), "nor a smaller number");
    }

    // ---------------------------------------------------------------- distances
    /// @dev A family that passes is at or above its bar, one that does not is below it, by just as much as the bounds say.
    function test_Explain_Distance() public {
        _measureRounds(modelId, 3, _word(9_300));
        Explanation memory explanation = lens.explain(modelId);
        for (uint256 family; family < 7; ++family) {
            FamilyExplanation memory shown = explanation.families[family];
            if (!shown.gated) {
                _isTrue(shown.passes && shown.distance == 0 && shown.bar == 0, "not gated");
                continue;
            }
            _isTrue(shown.distance == int256(shown.lowerBound) - int256(shown.bar), "distance");
            _isTrue((shown.distance >= 0) == shown.passes, "its sign");
            _isTrue((shown.itemsNeeded == 0) == shown.passes, "items needed");
        }
        _same(explanation.families[6].itemsNeeded, type(uint256).max, "T: the rate is below its bar");
    }

    /// @dev What it says is missing after the first round is what has to come, and what fades meanwhile: a family of 93 % passes 90 % then and not before.
    function test_Explain_ItemsNeeded() public {
        uint256 word = _wordOf([uint256(9_300), 10_000, 10_000, 10_000, 10_000, 10_000, 10_000], 300);
        _measure(modelId, DIGEST, word);
        uint256 needed = lens.explain(modelId).families[0].itemsNeeded;
        uint256 came;
        for (; !lens.explain(modelId).families[0].passes; came += 300) _measure(modelId, DIGEST, word);
        _isTrue(came >= needed, "no fewer");
        // The last round may have been needed for one item only, and a tenth fades in these days.
        _isTrue(came < needed + 300 + (needed + 300) / 10, "hardly more");
    }

    // ---------------------------------------------------------------- valid until
    /// @dev Nobody can forget staleness: at `validUntil` it is still admitted, a second later no more. By age, when there is plenty of evidence.
    function test_ValidUntil_Age() public {
        _measureRounds(modelId, 8, _good());
        uint256 validUntil = lens.explain(modelId).validUntil;
        _same(validUntil, _epochStart() + 14 days, "by age");
        _lapsesAfter(validUntil, AdmissionReason.RESULT_TOO_OLD);
        _state(lens.explain(modelId).state, AdmissionState.Stale);
    }

    /// @dev By fading evidence, when there is hardly enough.
    function test_ValidUntil_Fading() public {
        _measureRounds(modelId, 3, _wordOf([uint256(9_950), 9_950, 9_950, 9_950, 9_950, 9_950, 9_950], 330));
        uint256 validUntil = lens.explain(modelId).validUntil;
        _isTrue(validUntil < _epochStart() + 14 days, "before it is too old");
        _lapsesAfter(validUntil, AdmissionReason.TOO_LITTLE_EVIDENCE);
    }

    /// @dev Whatever the record: admitted up to `validUntil`; and without a scar, not a second longer.
    function testFuzz_ValidUntil(uint256 seed) public {
        for (uint256 i; i < 3; ++i) {
            uint256[7] memory scores;
            for (uint256 family; family < 7; ++family) {
                scores[family] = 9_500 + (uint256(keccak256(abi.encode(seed, i, family))) % 501);
            }
            _measure(modelId, DIGEST, _wordOf(scores, 310 + (seed % 200)));
        }
        Explanation memory explanation = lens.explain(modelId);
        if (!explanation.admitted) return;
        _isTrue(explanation.validUntil >= block.timestamp, "admitted now");
        _isTrue(lens.explainAt(modelId, explanation.validUntil).admitted, "until then");
        if (_memory(versionId).scar != 0) return;
        _isTrue(!lens.explainAt(modelId, explanation.validUntil + 1).admitted, "no longer");
    }

    /// @dev `validUntil` does not move while time passes: it is counted from the record, not from the read.
    function testFuzz_ValidUntil_StaysPut(uint256 elapsed) public {
        _measureRounds(modelId, 3, _wordOf([uint256(9_950), 9_950, 9_950, 9_950, 9_950, 9_950, 9_950], 330));
        uint256 validUntil = lens.explain(modelId).validUntil;
        vm.warp(_within(elapsed, block.timestamp, validUntil));
        _same(lens.explain(modelId).validUntil, validUntil, "validUntil");
    }

    function _lapsesAfter(uint256 validUntil, uint256 reasons) private {
        _isTrue(lens.explainAt(modelId, validUntil).admitted, "foretold");
        _isTrue(!lens.explainAt(modelId, validUntil + 1).admitted, "and no longer");
        vm.warp(validUntil);
        _isTrue(lens.isAdmitted(modelId), "until");
        vm.warp(validUntil + 1);
        _isTrue(!lens.isAdmitted(modelId), "lapsed");
        _expect(abi.encodeWithSelector(IAssayLens.NotAdmitted.selector, modelId, reasons));
        lens.requireAdmitted(modelId, 30 days);
    }

    // ---------------------------------------------------------------- require
    function test_RevertWhen_ResultTooOld() public {
        _admit();
        uint256 updatedAt = lens.explain(modelId).updatedAt;
        vm.warp(updatedAt + 1 days);
        lens.requireAdmitted(modelId, 1 days);
        vm.warp(updatedAt + 1 days + 1);
        _expect(abi.encodeWithSelector(IAssayLens.ResultTooOld.selector, modelId, updatedAt, 1 days));
        lens.requireAdmitted(modelId, 1 days);
    }

    function test_RevertWhen_NotAdmitted() public {
        uint256 reasons = lens.explain(modelId).reasons;
        _expect(abi.encodeWithSelector(IAssayLens.NotAdmitted.selector, modelId, reasons));
        lens.requireAdmitted(modelId, 1 days);
    }

    // ---------------------------------------------------------------- weights
    function test_Weights() public {
        _admit();
        (uint256 other, ) = _register(keccak256("other"));
        uint256[] memory ids = new uint256[](3);
        (ids[0], ids[1], ids[2]) = (modelId, other, 99);
        uint256[] memory weights = lens.weights(ids);
        _same(weights[0], lens.explain(modelId).weight, "admitted");
        _same(weights[1] + weights[2], 0, "others");
        uint256[] memory shares = lens.shares(ids);
        _same(shares[0], 1e18, "all of it");
        _same(shares[1] + shares[2], 0, "nothing for others");
    }

    /// @dev Two weights, and what is rounded away, make a whole.
    function test_Shares() public {
        _admit();
        uint256[] memory ids = new uint256[](3);
        (ids[0], ids[1], ids[2]) = (modelId, modelId, modelId);
        uint256[] memory shares = lens.shares(ids);
        for (uint256 i; i < 3; ++i) _same(shares[i], uint256(1e18) / 3, "a third");
        vm.warp(block.timestamp + 30 days);
        shares = lens.shares(ids);
        _same(shares[0] + shares[1] + shares[2], 0, "nobody is admitted");
    }

    /// @dev Twice a large stake buys far less than twice the weight, and no stake more than 1e8.
    function test_Weights_Saturate() public {
        _admit();
        _bond(modelId, 998_000 * UNIT);
        uint256 once = lens.explain(modelId).weight;
        _bond(modelId, 1_000_000 * UNIT);
        uint256 twice = lens.explain(modelId).weight;
        _isTrue(twice > once && twice * 10 < once * 11, "saturates");
        _isTrue(twice < 1e8, "bound");
    }

    function test_RevertWhen_TooManyModels() public {
        uint256[] memory ids = new uint256[](257);
        _expectTooMany(257, 256);
        lens.weights(ids);
        _expectTooMany(257, 256);
        lens.shares(ids);
        _same(lens.weights(new uint256[](256)).length, 256, "bound");
    }

    // ---------------------------------------------------------------- stake conditions
    /// @dev The smallest bond is asked of the active part alone; delegations count up to nine times that part, and never against anybody.
    function test_Explain_Stake() public {
        _admit();
        _delegate(delegator, modelId, 18_000 * UNIT);
        _same(lens.explain(modelId).activeStake, 20_000 * UNIT, "all of it counts");
        _delegate(delegator, modelId, 1_000 * UNIT);
        Explanation memory explanation = lens.explain(modelId);
        _same(explanation.activeStake, 20_000 * UNIT, "no more than that");
        _isTrue(explanation.admitted, "more delegations than count refuse nobody");
        _setLane(modelId, 0);
        explanation = lens.explain(modelId);
        _same(
            explanation.reasons,
            AdmissionReason.NOT_STANDARD_LANE | AdmissionReason.RESULT_NEEDED,
            "it has left the lane"
        );
        _state(explanation.state, AdmissionState.Experimental);
        _setLane(modelId, 1);
        _same(lens.explain(modelId).reasons, AdmissionReason.RESULT_NEEDED, "and has to be measured once more");
        _measure(modelId, DIGEST, _good());
        _same(lens.explain(modelId).reasons, 0, "which is enough");
    }

    /// @dev The short answer and the long one are the same answer, for any record and stake.
    function testFuzz_IsAdmitted_AgreesWithExplain(uint256 seed) public {
        for (uint256 i; i < 4; ++i) {
            uint256[7] memory scores;
            for (uint256 family; family < 7; ++family) {
                scores[family] = 8_500 + (uint256(keccak256(abi.encode(seed, i, family))) % 1_501);
            }
            _measure(modelId, DIGEST, _wordOf(scores, 100 + (seed % 500)));
            if (seed % 5 == i) _setLane(modelId, uint8((seed >> 32) % 2));
            Explanation memory explanation = lens.explain(modelId);
            _same(assay.isAdmitted(modelId) ? 1 : 0, explanation.admitted ? 1 : 0, "isAdmitted and explain");
            _same(explanation.reasons == 0 ? 1 : 0, explanation.admitted ? 1 : 0, "reasons and admitted");
            bool isAdmittedState = explanation.state == AdmissionState.Admitted;
            _same(isAdmittedState ? 1 : 0, explanation.admitted ? 1 : 0, "state and admitted");
        }
    }

    // ---------------------------------------------------------------- pages
    function test_Explanations() public {
        _admit();
        _register(keccak256("other"));
        Explanation[] memory page = lens.explanations(1, 64);
        _same(page.length, 2, "as many as there are");
        for (uint256 i; i < 2; ++i) {
            _same(keccak256(abi.encode(page[i])), keccak256(abi.encode(lens.explain(1 + i))), "an explanation");
        }
        _same(lens.explanations(2, 64).length, 1, "from the second on");
        _same(lens.explanations(1, 1).length, 1, "no more than asked for");
        _same(lens.explanations(3, 64).length + lens.explanations(0, 64).length, 0, "outside");
        _expectTooMany(65, 64);
        lens.explanations(1, 65);
    }

    function test_Models() public {
        _admit();
        (uint256 other, bytes32 otherVersion) = _register(keccak256("other"));
        ModelRow[] memory page = lens.models(1, 256);
        _same(page.length, 2, "as many as there are");
        Explanation memory explanation = lens.explain(modelId);
        _same(page[0].modelId, modelId, "id");
        _same(page[0].owner, owner, "owner");
        _same(page[0].versionId, versionId, "version");
        _state(page[0].state, AdmissionState.Admitted);
        _same(page[0].reasons, 0, "reasons");
        _same(page[0].qualityBps, explanation.qualityBps, "quality");
        _same(page[0].weight, explanation.weight, "weight");
        _same(page[0].activeStake, 2_000 * UNIT, "stake");
        _same(page[0].updatedAt, explanation.updatedAt, "updatedAt");
        _same(page[0].validUntil, explanation.validUntil, "validUntil");
        _same(lens.models(2, 1).length, 1, "a page of one");
        _same(page[1].modelId, other, "the other");
        _same(page[1].versionId, otherVersion, "its version");
        _state(page[1].state, AdmissionState.Unbonded);
        _same(page[1].reasons, lens.explain(other).reasons, "its reasons");
        _expectTooMany(257, 256);
        lens.models(1, 257);
    }

    function _expectTooMany(uint256 count, uint256 bound) private {
        _expect(abi.encodeWithSelector(IAssayLens.TooManyModels.selector, count, bound));
    }
}
