namespace PPMessage.Tests.Flows.Simulation;

/// <summary>Chance that comes again with its seed.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>From 0 up to it, without it.</summary>
    public int Below(int number) => _random.Next(number);

    public bool Falls(int percent) => Below(100) < percent;

    public T Of<T>(params IReadOnlyList<T> all) => all[Below(all.Count)];

    /// <summary>One of them, as often as its weight says.</summary>
    public T Weighed<T>(IReadOnlyList<(T What, int Weight)> all)
    {
        var drawn = Below(all.Sum(one => one.Weight));
        return all.First(one => (drawn -= one.Weight) < 0).What;
    }
}
