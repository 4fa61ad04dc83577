// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Policy } from "../interfaces/IPolicyBoard.sol";

/// @title DataCode: bytes kept as the code of an account
/// @notice Reading costs one cold account and three gas a word instead of one cold slot a word; what is written can never change.
/// The code is a zero byte (STOP, so that nobody can call it) followed by the data.
library DataCode {
    /// @notice The data did not fit (24,575 bytes at most) or the gas ran out.
    error DataCodeNotCreated(uint256 length);
    /// @notice The account has no data code.
    error NoDataCode(address pointer);
    /// @notice The account's code is not a policy.
    error NotPolicyCode(address pointer, uint256 codeLength);
    /// @notice A packed list has no such entry.
    error AddressOutOfList(uint256 index, uint256 length);

    /// @dev Init code that returns everything behind its own 11 bytes:
    /// PUSH1 11, MSIZE (0), DUP2, CODESIZE, SUB (length), DUP1, SWAP3, MSIZE (0), CODECOPY, RETURN.
    bytes11 private constant INIT_CODE = 0x600b5981380380925939f3;

    /// @dev Words of abi.encode(Policy): four arrays of seven, then 39 fields. The struct in memory holds four pointers instead of the arrays.
    uint256 private constant ARRAY_BYTES = 7 * 32;
    uint256 private constant FIELD_BYTES = 39 * 32;
    uint256 private constant POLICY_CODE_LENGTH = 1 + 4 * ARRAY_BYTES + FIELD_BYTES;

    /// @notice Keeps `data` as the code of a new account.
    function write(bytes memory data) internal returns (address pointer) {
        bytes memory initCode = abi.encodePacked(INIT_CODE, bytes1(0), data);
        assembly ("memory-safe") {
            pointer := create(0, add(initCode, 0x20), mload(initCode))
        }
        require(pointer != address(0), DataCodeNotCreated(data.length));
    }

    /// @notice The data behind a pointer.
    function read(address pointer) internal view returns (bytes memory data) {
        uint256 codeLength = pointer.code.length;
        require(codeLength != 0, NoDataCode(pointer));
        data = new bytes(codeLength - 1);
        assembly ("memory-safe") {
            extcodecopy(pointer, add(data, 0x20), 1, mload(data))
        }
    }

    /// @notice The policy behind a pointer that PolicyBoard wrote with `write(abi.encode(policy))`.
    /// @dev Copies straight into the struct the compiler laid out, at a quarter of the gas of abi.decode. The field ranges were
    /// checked when the policy was encoded, and code does not change.
    function readPolicy(address pointer) internal view returns (Policy memory policy) {
        uint256 codeLength = pointer.code.length;
        require(codeLength == POLICY_CODE_LENGTH, NotPolicyCode(pointer, codeLength));
        uint256 arrayBytes = ARRAY_BYTES;
        uint256 fieldBytes = FIELD_BYTES;
        assembly ("memory-safe") {
            extcodecopy(pointer, mload(policy), 1, arrayBytes)
            extcodecopy(pointer, mload(add(policy, 0x20)), add(1, arrayBytes), arrayBytes)
            extcodecopy(pointer, mload(add(policy, 0x40)), add(1, mul(2, arrayBytes)), arrayBytes)
            extcodecopy(pointer, mload(add(policy, 0x60)), add(1, mul(3, arrayBytes)), arrayBytes)
            extcodecopy(pointer, add(policy, 0x80), add(1, mul(4, arrayBytes)), fieldBytes)
        }
    }

    /// @notice The first `count` accounts as a packed list, 20 bytes each.
    function packAddresses(address[] memory accounts, uint256 count) internal pure returns (bytes memory list) {
        // Each account is written as a whole word, so the last one writes 12 bytes of zeros behind the list: they are allocated with it.
        list = new bytes(20 * count + 12);
        for (uint256 i; i < count; ++i) {
            uint256 word = uint256(uint160(accounts[i])) << 96;
            // 20·i + 32 ≤ 20·count + 12, which is what was allocated.
            assembly ("memory-safe") {
                mstore(add(add(list, 0x20), mul(i, 20)), word)
            }
        }
        assembly ("memory-safe") {
            mstore(list, mul(count, 20))
        }
    }

    /// @notice Address number `index` of a packed list, 20 bytes each.
    function addressAt(bytes memory list, uint256 index) internal pure returns (address account) {
        require(index < list.length / 20, AddressOutOfList(index, list.length / 20));
        // The word that starts with the address; the 12 bytes behind it are shifted away.
        assembly ("memory-safe") {
            account := shr(96, mload(add(add(list, 0x20), mul(index, 20))))
        }
    }
}
