namespace Slipway.Resolution.Tests;

/// <summary>Small random worlds, each judged by looking at all possible choices.</summary>
public sealed class RandomProblemTests
{
    private const int Batches = 20;
    private const int ProblemsOfABatch = 50;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Batches)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Solutions_are_valid_and_best_for_the_wishes_and_refusals_are_right(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < ProblemsOfABatch; i++)
        {
            (ToyWorld world, string[] wishes) = Make(random);
            var judge = new BruteForce(world, wishes);
            SolveResult result = await world.RunAsync(wishes);
            List<int>? best = judge.BestOfWishes();
            Assert.True(result is Solution == best is not null, $"seed {seed}, problem {i}: {world.Show(result)}");
            if (result is Solution solution)
            {
                Dictionary<string, int> choice = solution.Picks.Select(pick => world.Text(pick).Split(' ')).ToDictionary(parts => parts[0], parts => int.Parse(parts[1]));
                Assert.True(judge.IsValid(choice), $"seed {seed}, problem {i}: {world.Show(result)}");
                Assert.Equal(best!, wishes.Where(wish => wish[0] != '?' && !wish.Contains(" when ")).Select(wish => choice[wish.TrimStart('@').Split(' ')[0]]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task The_facts_of_an_explanation_contradict_each_other_and_none_of_them_can_be_missed(int seed)
    {
        var random = new Random(seed + 1000);
        for (int i = 0; i < ProblemsOfABatch; i++)
        {
            (ToyWorld world, string[] wishes) = Make(random);
            if (await world.RunAsync(wishes) is Unsolvable failure)
            {
                var judge = new BruteForce(world, wishes);
                IReadOnlyList<Fact> facts = failure.Explanation.Facts;
                Assert.False(judge.CanHoldTogether(facts), $"seed {seed}, problem {i}: {failure.Explanation}");

                // A fact with alternatives, or about an extra, may be used in part; the part is needed, and the whole says more.
                if (!facts.Any(fact => fact is Fact.Shadows or Fact.Depends { Dependency.When: Condition.Any } or Fact.Wish { Dependency.When: Condition.Any }))
                {
                    Assert.All(facts, fact => Assert.True(
                        judge.CanHoldTogether([.. facts.Where(other => other != fact)]), $"seed {seed}, problem {i}: {fact} is not needed in\n{failure.Explanation}"));
                }

                Assert.Matches("but |leaves no |and so on|go together", failure.Explanation.Lines[^1]);
            }
        }
    }

    /// <summary>Worlds too large for looking at everything: the solver is asked whether it could have done better.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Tangles_are_solved_validly_and_nothing_better_is_possible_for_the_first_wish(int seed)
    {
        ToyWorld world = Tangle.Make(seed);
        string[] wishes = ["a", "b", "c"];
        var solution = Assert.IsType<Solution>(await world.RunAsync(wishes));
        Assert.True(solution.Counters.Conflicts < Solver.Patience);
        Dictionary<string, int> choice = solution.Picks.Select(pick => world.Text(pick).Split(' ')).ToDictionary(parts => parts[0], parts => int.Parse(parts[1]));
        Assert.True(new BruteForce(world, wishes).IsValid(choice));
        Assert.IsType<Unsolvable>(await Tangle.Make(seed).RunAsync($"a >{choice["a"]}", "b", "c"));
        Assert.IsType<Unsolvable>(await Tangle.Make(seed).RunAsync($"a {choice["a"]}", $"b >{choice["b"]}", "c"));
        Assert.IsType<Solution>(await Tangle.Make(seed).RunAsync($"a {choice["a"]}", $"b {choice["b"]}", "c"));
    }

    private static (ToyWorld World, string[] Wishes) Make(Random random)
    {
        var world = new ToyWorld { IsLocal = random.Next(2) == 0 };
        int names = random.Next(3, 7);
        bool hasExtra = random.Next(3) == 0;
        for (int n = 0; n < names; n++)
        {
            for (int version = 1, versions = random.Next(1, 5); version <= versions; version++)
            {
                world.Add($"p{n} {version}", Dependencies(random, names, hasExtra, 3));
                if (hasExtra && n == 0)
                {
                    world.Add($"p0[x] {version}", Dependencies(random, names, hasExtra, 2));
                }

                if (random.Next(15) == 0)
                {
                    world.Exclude($"p{n} {version}", "chance");
                }
                else if (random.Next(25) == 0)
                {
                    world.MakeUnknown($"p{n} {version}", "chance");
                }
            }
        }

        string[] wishes = Dependencies(random, names, hasExtra, 3);
        return (world, wishes.Length == 0 ? ["p0"] : wishes);
    }

    private static string[] Dependencies(Random random, int names, bool hasExtra, int most)
    {
        var dependencies = new List<string>();
        for (int i = random.Next(most + 1); i > 0; i--)
        {
            string set = Set(random, names, hasExtra);
            dependencies.Add(random.Next(8) switch
            {
                0 => "?" + set,
                1 => $"{set} when {Set(random, names, hasExtra)}",
                2 when random.Next(2) == 0 => $"{set} when {Set(random, names, hasExtra)}{(random.Next(2) == 0 ? " or " : " and ")}{Set(random, names, hasExtra)}",
                3 when random.Next(2) == 0 => $"?{set} when {Set(random, names, hasExtra)}",
                _ => set,
            });
        }

        return [.. dependencies];
    }

    private static string Set(Random random, int names, bool hasExtra)
    {
        string name = hasExtra && random.Next(6) == 0 ? "p0[x]" : $"p{random.Next(names + (random.Next(10) == 0 ? 1 : 0))}";
        return random.Next(6) switch
        {
            0 => name,
            1 => $"{name} >={random.Next(1, 4)}",
            2 => $"{name} <{random.Next(2, 5)}",
            3 => $"{name} !={random.Next(1, 4)}",
            4 => $"{name} {random.Next(1, 4)}|{random.Next(1, 4)}",
            _ => $"{name} {random.Next(1, 4)}",
        };
    }
}
