// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { IAssay } from "../../contracts/interfaces/IAssay.sol";

/// @notice Keeps one per cent of every transfer that is not a mint.
contract FeeToken is ERC20 {
    constructor(address holder, uint256 supply) ERC20("Fee", "FEE") {
        _mint(holder, supply);
    }

    function _update(address from, address to, uint256 value) internal override {
        uint256 fee = from == address(0) || to == address(0) ? 0 : value / 100;
        if (fee != 0) super._update(from, address(0), fee);
        super._update(from, to, value - fee);
    }
}

/// @notice Says it delivered, and delivers twice as much.
contract GenerousToken is ERC20 {
    constructor(address holder, uint256 supply) ERC20("Generous", "GEN") {
        _mint(holder, supply);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0)) super._update(address(0), to, value);
    }
}

/// @notice Calls back into a stake function on every transfer.
contract ReentrantToken is ERC20 {
    IAssay public assay;
    bytes public call;

    constructor(address holder, uint256 supply) ERC20("Reentrant", "RE") {
        _mint(holder, supply);
    }

    function arm(IAssay assay_, bytes calldata call_) external {
        assay = assay_;
        call = call_;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (call.length == 0) return;
        (bool done, bytes memory reason) = address(assay).call(call);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }
}
