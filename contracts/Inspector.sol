// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Challenges } from "./Challenges.sol";
import { CourtConnections } from "./CourtConnections.sol";
import { IInspector } from "./interfaces/IInspector.sol";

/// @title Inspector: what evaluators can be proven to have done
/// @notice See IInspector for what each function promises. Created by the court.
///
/// One concern a file, each built on those before it: CourtConnections → Evaluators (who signed, what it costs) → Equivocations → EvidenceProofs →
/// MedianProofs → Challenges.
contract Inspector is Challenges {
    constructor(address assay_) CourtConnections(assay_) {}

    /// @inheritdoc IInspector
    function court() external view returns (address) {
        return address(COURT);
    }
}
