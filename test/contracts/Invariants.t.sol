// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ModelStake } from "../../contracts/interfaces/IAssayVault.sol";
import { MarketHandler } from "./MarketHandler.t.sol";

/// @notice Promises that hold whatever owners, delegators, payers, committees, releasers, the court and evaluators do, in any order.
/// @dev Run it together with MarketHandler.t.sol: the runner only knows the contracts of the files it is given.
contract InvariantsTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    error NotEqual(string what, uint256 left, uint256 right);
    error Broken(string what);

    MarketHandler private _market;

    function setUp() public {
        _market = new MarketHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_market);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = MarketHandler.act.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector({ addr: address(_market), selectors: selectors });
    }

    /// @dev Tokens held = bonds + pools + frozen + funds + streams + seat bonds + deposits, donations aside.
    function invariant_HeldIsAccounted() public view {
        _same(_market.held(), _market.accounted(), "held");
    }

    function invariant_SharesAddUp() public view {
        for (uint256 i; i < 2; ++i) {
            uint256 modelId = _market.models(i);
            ModelStake memory stake = _market.stakeOf(modelId);
            (uint256 shares, uint256 unbonding) = _market.sharesOfAll(modelId);
            _same(stake.shares, shares, "shares");
            _same(stake.unbondingShares, unbonding, "unbonding shares");
            require(stake.unbondingBond <= stake.bond, Broken("unbonding bond above the bond"));
            require(stake.streaming == (_market.streamOf(modelId) != 0), Broken("streaming"));
        }
    }

    function invariant_EveryoneCanLeave() public {
        _market.leaveAll();
        for (uint256 i; i < 2; ++i) {
            ModelStake memory stake = _market.stakeOf(_market.models(i));
            _same(stake.shares + stake.unbondingShares, 0, "shares left behind");
            // A stream that was running went on into what was there last, and that can be requested again.
            _same(stake.unbondingBond, 0, "unbonding bond left behind");
        }
        _same(_market.seatBonded(), 0, "seat bond left behind");
        _same(_market.held(), _market.accounted(), "held after everybody left");
        _promisesOfSteps();
    }

    function invariant_FreezesAddUp() public view {
        for (uint256 i; i < 2; ++i) {
            uint256 modelId = _market.models(i);
            _same(_market.stakeOf(modelId).openFreezes, _market.openFreezes(modelId), "open freezes");
        }
    }

    /// @dev No step reverts, nobody gains or loses by another's, losses stay within caps and bucket.
    function invariant_PromisesOfSteps() public view {
        _promisesOfSteps();
    }

    function _promisesOfSteps() private view {
        string memory broken = _market.broken();
        require(bytes(broken).length == 0, Broken(broken));
    }

    function _same(uint256 left, uint256 right, string memory what) private pure {
        require(left == right, NotEqual(what, left, right));
    }
}
