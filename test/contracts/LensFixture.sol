// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { AssayLens } from "../../contracts/AssayLens.sol";
import { Retirement } from "../../contracts/interfaces/IAssay.sol";
import { AdmissionState } from "../../contracts/interfaces/IAssayLens.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

/// @notice The deployment with its lens, and a model in the standard lane that nobody has measured yet.
abstract contract LensFixture is AssayFixture {
    AssayLens internal lens;
    uint256 internal modelId;
    bytes32 internal versionId;

    function setUp() public virtual override {
        super.setUp();
        lens = new AssayLens(address(assay));
        (modelId, versionId) = _standardModel();
    }

    /// @dev Measured well in three rounds, which is enough.
    function _admit() internal {
        _measureRounds(modelId, 3, _good());
    }

    /// @dev Served and measured up to a time, liable for two months.
    function _retireAt(uint256 id, uint256 servedUntil) internal {
        uint64 liableUntil = uint64(block.timestamp + 60 days);
        vm.prank(owner);
        assay.retire(id, Retirement(uint64(servedUntil), uint64(servedUntil), liableUntil, liableUntil));
    }

    function _epochStart() internal view returns (uint256) {
        return assay.genesis() + (assay.currentRoundId() - 1) * EPOCH;
    }

    function _state(AdmissionState left, AdmissionState right) internal pure {
        _same(uint256(left), uint256(right), "state");
    }
}
