// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { AdmissionState } from "../../../contracts/interfaces/IAssayLens.sol";

/// @notice A lens to which every model is admitted with one quality: no record is a given basis point good.
contract FixedLens {
    uint256 private immutable QUALITY_BPS;

    constructor(uint256 qualityBps) {
        QUALITY_BPS = qualityBps;
    }

    function admission(
        uint256
    )
        external
        view
        returns (AdmissionState state, uint256 reasons, uint256 qualityBps, uint256 updatedAt, uint256 validUntil)
    {
        return (AdmissionState.Admitted, 0, QUALITY_BPS, block.timestamp, block.timestamp);
    }
}
