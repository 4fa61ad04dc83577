// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { VaultFixture } from "./VaultFixture.sol";
import { vm } from "./Vm.sol";

/// @notice Bonds and delegations with an EIP-2612 permit instead of an approval.
contract PermitTest is VaultFixture {
    uint256 private constant HOLDER_KEY = 0x401DE4;
    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );

    address private holder;
    uint256 private modelId;

    function setUp() public override {
        super.setUp();
        modelId = _standardModel();
        holder = vm.addr(HOLDER_KEY);
        token.transfer(holder, 1_000 * UNIT);
    }

    function _sign(uint256 assets) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 structHash = keccak256(
            abi.encode(PERMIT_TYPEHASH, holder, address(vault), assets, token.nonces(holder), block.timestamp)
        );
        return vm.sign(HOLDER_KEY, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash)));
    }

    function test_BondWithPermit() public {
        (uint8 v, bytes32 r, bytes32 s) = _sign(UNIT);
        vm.prank(holder);
        vault.bondWithPermit(modelId, UNIT, block.timestamp, v, r, s);
        _same(_stake(modelId).bond, 2_001 * UNIT, "bond");
        _same(token.allowance(holder, address(vault)), 0, "no allowance is left");
    }

    function test_DelegateWithPermit() public {
        (uint8 v, bytes32 r, bytes32 s) = _sign(UNIT);
        vm.prank(holder);
        _same(vault.delegateWithPermit(modelId, UNIT, block.timestamp, v, r, s), 1_000 * UNIT, "shares");
        _same(vault.balanceOf(holder, modelId), 1_000 * UNIT, "balance");
    }

    /// @dev Somebody sends the very permit on its own first: its nonce is used, but its allowance is there.
    function _frontRun(uint256 assets) private returns (uint8 v, bytes32 r, bytes32 s) {
        (v, r, s) = _sign(assets);
        vm.prank(stranger);
        token.permit(holder, address(vault), assets, block.timestamp, v, r, s);
    }

    /// @dev Every entry that takes a permit.
    function test_Attack_FrontRunPermit() public {
        (uint8 v, bytes32 r, bytes32 s) = _frontRun(UNIT);
        vm.prank(holder);
        vault.delegateWithPermit(modelId, UNIT, block.timestamp, v, r, s);
        _same(_stake(modelId).delegated, UNIT, "delegated");
        (v, r, s) = _frontRun(UNIT);
        vm.prank(holder);
        vault.bondWithPermit(modelId, UNIT, block.timestamp, v, r, s);
        _same(_stake(modelId).bond, 2_001 * UNIT, "bond");
        _same(token.allowance(holder, address(vault)), 0, "no allowance is left");
    }

    function test_RevertWhen_PermitIsNotTheHolders() public {
        (uint8 v, bytes32 r, bytes32 s) = _sign(UNIT);
        _expect(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(vault), 0, UNIT));
        vm.prank(stranger);
        vault.bondWithPermit(modelId, UNIT, block.timestamp, v, r, s);
    }
}
