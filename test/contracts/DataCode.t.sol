// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { DataCode } from "../../contracts/libraries/DataCode.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";

/// @dev The library behind calls, so that its reverts can be caught.
contract DataCodeDoor {
    function write(bytes memory data) external returns (address) {
        return DataCode.write(data);
    }

    function read(address pointer) external view returns (bytes memory) {
        return DataCode.read(pointer);
    }

    function readPolicy(address pointer) external view returns (Policy memory) {
        return DataCode.readPolicy(pointer);
    }

    function packAddresses(address[] memory accounts, uint256 count) external pure returns (bytes memory) {
        return DataCode.packAddresses(accounts, count);
    }

    function addressAt(bytes memory list, uint256 index) external pure returns (address) {
        return DataCode.addressAt(list, index);
    }
}

contract DataCodeTest {
    DataCodeDoor private immutable DOOR = new DataCodeDoor();

    function testFuzz_ReadsWhatWasWritten(bytes calldata data) external {
        if (data.length > 24_575) return;
        address pointer = DOOR.write(data);
        require(keccak256(DOOR.read(pointer)) == keccak256(data), "other data");
        require(pointer.code.length == data.length + 1 && pointer.code[0] == 0, "no STOP before the data");
    }

    function test_PackingLeavesWhatItPacksAsItWas() external pure {
        address[] memory accounts = new address[](3);
        (accounts[0], accounts[1], accounts[2]) = (address(1), address(2), address(3));
        bytes memory list = DataCode.packAddresses(accounts, 2);
        require(keccak256(list) == keccak256(abi.encodePacked(address(1), address(2))), "another list");
        bool same = accounts[0] == address(1) && accounts[1] == address(2) && accounts[2] == address(3);
        require(accounts.length == 3 && same, "other accounts");
    }

    function testFuzz_ReadsThePolicyThatWasWritten(Policy calldata policy) external {
        bytes memory encoded = abi.encode(policy);
        address pointer = DOOR.write(encoded);
        require(keccak256(abi.encode(DOOR.readPolicy(pointer))) == keccak256(encoded), "other policy");
        require(
            keccak256(abi.encode(abi.decode(DOOR.read(pointer), (Policy)))) == keccak256(encoded),
            "other encoding"
        );
    }

    function testFuzz_FindsAddressesInAPackedList(address[9] calldata accounts, uint256 index) external view {
        bytes memory list;
        for (uint256 i; i < accounts.length; ++i) list = bytes.concat(list, bytes20(accounts[i]));
        index %= accounts.length;
        require(DOOR.addressAt(list, index) == accounts[index], "other account");
    }

    function testFuzz_PacksTheFirstAddresses(address[9] calldata accounts, uint256 count) external view {
        count %= accounts.length + 1;
        address[] memory list = new address[](accounts.length);
        bytes memory expected;
        for (uint256 i; i < accounts.length; ++i) {
            list[i] = accounts[i];
            if (i < count) expected = bytes.concat(expected, bytes20(accounts[i]));
        }
        require(keccak256(DOOR.packAddresses(list, count)) == keccak256(expected), "other list");
    }

    function test_TheLargestDataFits() external {
        require(DOOR.read(DOOR.write(new bytes(24_575))).length == 24_575, "length");
    }

    function test_RevertWhen_TheGasRunsOut() external {
        bytes memory callData = abi.encodeCall(DOOR.write, (new bytes(24_575)));
        (bool success, bytes memory answer) = address(DOOR).call{ gas: 1_000_000 }(callData);
        bytes memory expected = abi.encodeWithSelector(DataCode.DataCodeNotCreated.selector, 24_575);
        require(!success && keccak256(answer) == keccak256(expected), "expected another error");
    }

    function test_RevertWhen_ThereIsNoCode() external {
        _expect(
            abi.encodeCall(DOOR.read, (address(0xdead))),
            abi.encodeWithSelector(DataCode.NoDataCode.selector, address(0xdead))
        );
    }

    function test_RevertWhen_TheCodeIsNoPolicy() external {
        address pointer = DOOR.write(new bytes(1_663));
        _expect(
            abi.encodeCall(DOOR.readPolicy, (pointer)),
            abi.encodeWithSelector(DataCode.NotPolicyCode.selector, pointer, 1_664)
        );
        pointer = DOOR.write(new bytes(5_000));
        _expect(
            abi.encodeCall(DOOR.readPolicy, (pointer)),
            abi.encodeWithSelector(DataCode.NotPolicyCode.selector, pointer, 5_001)
        );
        _expect(
            abi.encodeCall(DOOR.readPolicy, (address(0))),
            abi.encodeWithSelector(DataCode.NotPolicyCode.selector, address(0), 0)
        );
    }

    function test_RevertWhen_TheListIsTooShort() external {
        _expect(
            abi.encodeCall(DOOR.addressAt, (new bytes(59), 2)),
            abi.encodeWithSelector(DataCode.AddressOutOfList.selector, 2, 2)
        );
        _expect(
            abi.encodeCall(DOOR.addressAt, (new bytes(59), 3)),
            abi.encodeWithSelector(DataCode.AddressOutOfList.selector, 3, 2)
        );
        _expect(
            abi.encodeCall(DOOR.addressAt, (new bytes(420), 21)),
            abi.encodeWithSelector(DataCode.AddressOutOfList.selector, 21, 21)
        );
    }

    function _expect(bytes memory callData, bytes memory expected) private {
        (bool success, bytes memory answer) = address(DOOR).call(callData);
        require(!success && keccak256(answer) == keccak256(expected), "expected another error");
    }
}
