// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title BlockHashLib: hashes of past blocks, as far back as the chain keeps them
/// @notice BLOCKHASH reaches 256 blocks, EIP-2935's history 8,191.
/// @dev OpenZeppelin's Blockhash takes whatever a failing call leaves behind for the hash; where the history contract is missing, or another one
/// stands in its place, that would be a seed anybody knows beforehand.
library BlockHashLib {
    address private constant BLOCK_HASHES = 0x0000F90827F1C53a10cb7A02335B175320002935;

    /// @notice 0 if out of reach.
    /// @param blockNumber Below the running block's.
    function blockHash(uint256 blockNumber) internal view returns (bytes32 hash) {
        if (block.number - blockNumber <= 256) return blockhash(blockNumber);
        address history = BLOCK_HASHES;
        // Works in the scratch space alone.
        assembly ("memory-safe") {
            mstore(0, blockNumber)
            let found := staticcall(gas(), history, 0, 0x20, 0, 0x20)
            if and(found, eq(returndatasize(), 0x20)) {
                hash := mload(0)
            }
        }
    }
}
