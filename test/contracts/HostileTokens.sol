// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

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

/// @notice Says it delivered, and delivers nothing.
contract LyingToken is ERC20 {
    constructor(address holder, uint256 supply) ERC20("Lying", "LIE") {
        _mint(holder, supply);
    }

    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return true;
    }
}

/// @notice Says it delivered, and takes as much from the receiver.
contract ThievingToken is ERC20 {
    constructor(address holder, uint256 supply) ERC20("Thieving", "OUT") {
        _mint(holder, supply);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        _transfer(to, from, value);
        return true;
    }
}

/// @notice Refuses by answering false instead of reverting.
contract RefusingToken is ERC20 {
    constructor(address holder, uint256 supply) ERC20("Refusing", "NO") {
        _mint(holder, supply);
    }

    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// @notice Everybody's balance grows at once when its owner says so.
contract RebasingToken is ERC20 {
    uint256 private _factor = 1;

    constructor(address holder, uint256 supply) ERC20("Rebasing", "REB") {
        _mint(holder, supply);
    }

    function rebase(uint256 factor) external {
        _factor = factor;
    }

    function balanceOf(address account) public view override returns (uint256) {
        return super.balanceOf(account) * _factor;
    }
}

/// @notice Calls back into the vault on every transfer.
contract ReentrantToken is ERC20 {
    address public target;
    bytes public call;

    constructor(address holder, uint256 supply) ERC20("Reentrant", "RE") {
        _mint(holder, supply);
    }

    function arm(address target_, bytes calldata call_) external {
        target = target_;
        call = call_;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (call.length == 0) return;
        (bool done, bytes memory reason) = target.call(call);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }
}

/// @notice A token from before the standard: transfers answer nothing, and it has no permit.
contract SilentToken {
    uint256 public totalSupply;
    mapping(address account => uint256) public balanceOf;
    mapping(address account => mapping(address spender => uint256)) public allowance;

    constructor(address holder, uint256 supply) {
        totalSupply = balanceOf[holder] = supply;
    }

    function approve(address spender, uint256 value) external {
        allowance[msg.sender][spender] = value;
    }

    function transfer(address to, uint256 value) external {
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
    }

    function transferFrom(address from, address to, uint256 value) external {
        allowance[from][msg.sender] -= value;
        balanceOf[from] -= value;
        balanceOf[to] += value;
    }
}
