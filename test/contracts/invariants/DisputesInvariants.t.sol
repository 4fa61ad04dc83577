// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SystemInvariants } from "./SystemInvariants.sol";

/// @notice Wrong results, and what comes of them.
/// @dev Run it together with SystemHandler.t.sol: the runner only knows the contracts of the files it is given.
contract DisputesInvariantsTest is SystemInvariants {
    function _selectors() internal view override returns (bytes4[] memory) {
        return _system.disputeSelectors();
    }
}
