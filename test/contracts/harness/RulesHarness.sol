// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { AdmissionRules } from "./AdmissionRules.sol";
import { BoardRules } from "./BoardRules.sol";
import { ChanceRules } from "./ChanceRules.sol";
import { GateRules } from "./GateRules.sol";
import { LogRules } from "./LogRules.sol";
import { RecordRules } from "./RecordRules.sol";
import { ReportRules } from "./ReportRules.sol";
import { StakeRules } from "./StakeRules.sol";
import { VerdictRules } from "./VerdictRules.sol";

/// @title RulesHarness: the libraries, a batch of cases a call
/// @notice For the differential tests against `domain/`. Every argument and every answer is an array of static structs, so that a
/// case and its answer are rows of words on the other side. Policies are passed once a call; cases name theirs by index.
contract RulesHarness is
    RecordRules,
    GateRules,
    AdmissionRules,
    ChanceRules,
    LogRules,
    BoardRules,
    StakeRules,
    ReportRules,
    VerdictRules
{}
