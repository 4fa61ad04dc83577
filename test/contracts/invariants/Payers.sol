// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { System } from "./System.sol";

/// @title Payers: who pay for usage and for being measured, and who give
abstract contract Payers is System {
    function pay(uint256 which, uint256 assets) external step(NOBODY) {
        vault.pay(_model(which), _within(assets, 1, 1e4 * UNIT));
        _done();
    }

    function settle(uint256 which) external step(NOBODY) {
        vault.settleFees(_model(which));
        _done();
    }

    function prepay(uint256 which, uint256 rounds) external step(NOBODY) {
        if (_policyInForce().evaluationPrice == 0) return;
        vault.prepay(_model(which), _within(rounds, 1, 100));
        _done();
    }

    function fundCommons(uint256 assets) external step(NOBODY) {
        vault.fundCommons(_within(assets, 1, UNIT));
        _done();
    }

    /// @dev A transfer without a call: nobody's.
    function donate(uint256 assets) external step(NOBODY) {
        uint256 amount = _within(assets, 1, 1e3 * UNIT);
        token.transfer(address(vault), amount);
        _donated += amount;
        _done();
    }
}
