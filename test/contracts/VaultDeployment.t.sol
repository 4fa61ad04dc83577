// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { AssayVault } from "../../contracts/AssayVault.sol";
import { IAssayVault } from "../../contracts/interfaces/IAssayVault.sol";
import { PermitToken } from "../../contracts/tokens/PermitToken.sol";
import { VaultFixture, VaultSystem } from "./VaultFixture.sol";
import { vm } from "./Vm.sol";

contract VaultDeploymentTest is VaultFixture {
    function test_Connections() public view {
        _same(vault.token(), address(token), "token");
        _same(vault.assay(), address(record), "record");
        _same(vault.policyBoard(), address(board), "board");
        _same(vault.court(), court, "court");
        _same(vault.unbondingDelay(), UNBONDING, "delay");
    }

    /// @dev A record that names another vault is not this vault's.
    function test_RevertWhen_NotConnected() public {
        // After board, token and system.
        address next = vm.computeCreateAddress(address(this), 4);
        _expect(abi.encodeWithSelector(IAssayVault.NotConnected.selector, next, address(vault)));
        new AssayVault(address(token), address(record), UNBONDING);
    }

    function test_RevertWhen_UnbondingDelayTooShort() public {
        _expect(
            abi.encodeWithSelector(IAssayVault.ParameterOutOfBounds.selector, "unbondingDelay", 4 days - 1, 4 days)
        );
        new VaultSystem(address(token), address(board), EPOCH, 4 days - 1);
        new VaultSystem(address(token), address(board), EPOCH, 4 days);
    }

    function test_RevertWhen_UnbondingDelayTooLong() public {
        _expect(
            abi.encodeWithSelector(IAssayVault.ParameterOutOfBounds.selector, "unbondingDelay", 90 days + 1, 90 days)
        );
        new VaultSystem(address(token), address(board), EPOCH, 90 days + 1);
        new VaultSystem(address(token), address(board), EPOCH, 90 days);
    }

    /// @dev With more tokens than 96 bits count, sums of amounts could overflow and block whoever needs them.
    function test_RevertWhen_SupplyTooLarge() public {
        uint256 tooMuch = 1 << 96;
        address large = address(new PermitToken("Large", "L", address(this), tooMuch));
        _expect(abi.encodeWithSelector(IAssayVault.ParameterOutOfBounds.selector, "totalSupply", tooMuch, tooMuch - 1));
        new VaultSystem(large, address(board), EPOCH, UNBONDING);
    }

    /// @dev The same for tokens that come later: the vault as a whole never holds more.
    function test_RevertWhen_VaultHoldsTooMuch() public {
        uint256 all = type(uint96).max;
        PermitToken large = new PermitToken("Large", "L", address(this), all);
        VaultSystem system = new VaultSystem(address(large), address(board), EPOCH, UNBONDING);
        large.approve(address(system.vault()), type(uint256).max);
        system.vault().fundCommons(all - 1);
        // A token may let its supply grow after the deployment.
        bytes32 balance = keccak256(abi.encode(address(this), 0));
        vm.store(address(large), balance, bytes32(uint256(10)));
        _same(large.balanceOf(address(this)), 10, "the slot is the balance's");
        AssayVault other = system.vault();
        _expect(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, all + 1));
        other.fundCommons(2);
        other.fundCommons(1);
    }
}
