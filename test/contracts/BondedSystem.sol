// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IPolicyBoard } from "../../contracts/interfaces/IPolicyBoard.sol";
import { ISeatBonds } from "../../contracts/interfaces/ISeatBonds.sol";
import { ISystem } from "../../contracts/interfaces/ISystem.sol";

/// @notice The Assay and its vault as far as the board sees them: bonds that can be set, and a vault that says so.
contract BondedSystem is ISeatBonds, ISystem {
    address public constant override court = address(0xC0047);
    IPolicyBoard private immutable BOARD;

    mapping(uint256 seatId => uint256) public override seatBond;

    constructor(IPolicyBoard board) {
        BOARD = board;
    }

    function vault() external view override returns (address) {
        return address(this);
    }

    function setBond(uint256 seatId, uint256 bond) external {
        seatBond[seatId] = bond;
        BOARD.markSeatsDirty();
    }
}
