// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IPolicyBoard } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { VmLog } from "../Vm.sol";

/// @title BoardFold: which policies may be in force, from what was announced
abstract contract BoardFold {
    uint256 private constant NOTICE_OF_TIGHTENING = 21 days;
    uint256 private constant NOTICE_OF_LOOSENING = 3 days;

    struct Notice {
        /// The earliest time by the rules, kept here apart from what the board says.
        uint256 earliest;
        bool withdrawn;
    }

    mapping(uint256 policyId => Notice) private _notices;

    function _foldBoard(VmLog memory log) internal {
        uint256 policyId = log.topics.length > 1 ? uint256(log.topics[1]) : 0;
        if (log.topics[0] == IPolicyBoard.PolicyWithdrawn.selector) _notices[policyId].withdrawn = true;
        if (log.topics[0] != IPolicyBoard.PolicyAnnounced.selector) return;
        uint256 tightening;
        bytes memory data = log.data;
        // After the pointer and the time it comes into force.
        assembly ("memory-safe") {
            tightening := mload(add(data, 0x60))
        }
        uint256 notice = tightening != 0 ? NOTICE_OF_TIGHTENING : NOTICE_OF_LOOSENING;
        // The first needs none.
        _notices[policyId].earliest = policyId == 1 ? block.timestamp : block.timestamp + notice;
    }

    function _mayBeInForce(uint256 policyId) internal view returns (bool) {
        Notice memory notice = _notices[policyId];
        return notice.earliest != 0 && block.timestamp >= notice.earliest && !notice.withdrawn;
    }
}
