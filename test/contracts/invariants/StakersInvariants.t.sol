// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SystemInvariants } from "./SystemInvariants.sol";

/// @notice Stake that comes, is frozen, and leaves: fewer steps, so that all of it happens within a run.
/// @dev Run it together with SystemHandler.t.sol: the runner only knows the contracts of the files it is given.
contract StakersInvariantsTest is SystemInvariants {
    function _selectors() internal view override returns (bytes4[] memory) {
        return _system.stakeSelectors();
    }
}
