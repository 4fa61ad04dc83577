// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC6909 } from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import { IAssay, Round } from "../../contracts/interfaces/IAssay.sol";
import { IAssayVault } from "../../contracts/interfaces/IAssayVault.sol";

/// @title Crowd: many models and many holders of one model's shares, made by the contracts' own functions, for benchmarks
contract Crowd {
    uint256 private constant LAG = 3;

    IAssay private immutable ASSAY;
    IAssayVault private immutable VAULT;

    uint256 private _registered;
    uint256 private _holders;

    constructor(address assay) {
        ASSAY = IAssay(assay);
        VAULT = IAssayVault(IAssay(assay).vault());
    }

    /// @notice Registers models of its own.
    function register(uint256 count) external {
        for (uint256 i; i < count; ++i) ASSAY.register("", bytes32(++_registered), "", 0);
    }

    /// @notice Delegates the tokens it holds.
    function delegate(uint256 modelId, uint256 assets) external {
        IERC20(VAULT.token()).approve(address(VAULT), assets);
        VAULT.delegate(modelId, assets);
    }

    /// @notice Gives one share each to accounts that have none.
    function spread(uint256 modelId, uint256 count) external {
        for (uint256 i; i < count; ++i) {
            IERC6909(address(VAULT)).transfer(address(uint160((1 << 100) + ++_holders)), modelId, 1);
        }
    }

    /// @notice Opens this epoch's round, and gives its seed to the one opened three epochs ago: an epoch a block, that is one block after its entropy's.
    function passEpoch() external {
        uint256 roundId = ASSAY.openRound();
        if (roundId <= LAG) return;
        Round memory earlier = ASSAY.round(roundId - LAG);
        if (earlier.openedAt != 0 && earlier.seed == 0) ASSAY.captureEntropy(roundId - LAG);
    }
}
