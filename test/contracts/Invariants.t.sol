// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ModelStake } from "../../contracts/interfaces/IAssay.sol";
import { MarketHandler } from "./MarketHandler.t.sol";

/// @notice Promises that hold whatever owners, delegators, committees and releasers do, in any order.
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

    /// @dev Tokens held = bonds + pools + frozen + commons fund, donations aside.
    function invariant_HeldIsAccounted() public view {
        _same(_market.held(), _market.accounted(), "held");
    }

    function invariant_SharesAddUp() public view {
        for (uint256 modelId = 1; modelId <= 2; ++modelId) {
            ModelStake memory stake = _market.stakeOf(modelId);
            (uint256 shares, uint256 unbonding) = _market.sharesOfAll(modelId);
            _same(stake.shares, shares, "shares");
            _same(stake.unbondingShares, unbonding, "unbonding shares");
            require(stake.unbondingBond <= stake.bond, Broken("unbonding bond above the bond"));
        }
    }

    function invariant_EveryoneCanLeave() public {
        _market.leaveAll();
        for (uint256 modelId = 1; modelId <= 2; ++modelId) {
            ModelStake memory stake = _market.stakeOf(modelId);
            _same(stake.bond, 0, "bond left behind");
            _same(stake.shares, 0, "shares left behind");
        }
        _same(_market.held(), _market.accounted(), "held after everybody left");
        _promisesOfSteps();
    }

    /// @dev Each result counts once, whoever posts it how often; rounds saturate at 255.
    function invariant_RoundsApplyOnce() public view {
        uint256 applied = _market.resultsApplied();
        for (uint256 modelId = 1; modelId <= 2; ++modelId) {
            _same(_market.roundsOf(modelId), applied < 255 ? applied : 255, "rounds");
        }
    }

    function invariant_FreezesAddUp() public view {
        uint256 open = uint256(_market.stakeOf(1).openFreezes) + _market.stakeOf(2).openFreezes;
        _same(open, _market.openFreezes(), "open freezes");
    }

    /// @dev For all stakes: quality below the bar ⇒ not admitted; and never before the third round.
    function invariant_StakeNeverBuysQuality() public view {
        require(!_market.isAdmitted(_market.weakModel()), Broken("a weak model was admitted"));
        if (_market.resultsApplied() >= 3) return;
        require(!_market.isAdmitted(_market.anyModel()), Broken("admitted before the third round"));
    }

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
