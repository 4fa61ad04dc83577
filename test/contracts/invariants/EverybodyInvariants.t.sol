// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SystemInvariants } from "./SystemInvariants.sol";

/// @notice Everybody at once.
/// @dev Run it together with SystemHandler.t.sol: the runner only knows the contracts of the files it is given.
contract EverybodyInvariantsTest is SystemInvariants {
    function _selectors() internal view override returns (bytes4[] memory) {
        return _system.selectors();
    }
}
