using System.Diagnostics;
using System.Net.Sockets;

namespace PPMessage.Benchmarks;

/// <summary>From starting the published program to its first answer, as on Flex Consumption (self-contained, ReadyToRun) and with the installed runtime.</summary>
internal static class StartUpPart
{
    private const int Starts = 11;

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ppmessage-bench-").FullName;
        Table.Head("Start of the published head to its first answer", "published", "median ms", "slowest ms", "folder MB");
        try
        {
            await MeasureAsync(Path.Combine(folder, "contained"), "linux-x64, self-contained, ReadyToRun", "-r", "linux-x64", "--self-contained");
            await MeasureAsync(Path.Combine(folder, "portable"), "portable, with the installed runtime");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string folder, string name, params string[] options)
    {
        string[] publish = ["publish", Path.Combine(Repository(), "src", "PPMessage.Functions"), "-c", "Release", "-o", folder, "-v", "quiet", .. options];
        using (var process = Process.Start(new ProcessStartInfo("dotnet", publish) { UseShellExecute = false, RedirectStandardOutput = true })!)
        {
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
            {
                Table.Row(name, "not published", output.Split('\n')[0], "");
                return;
            }
        }

        var times = new List<double>();
        for (var i = 0; i < Starts; i++) times.Add(await StartAsync(folder, i));
        var size = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) / 1e6;
        // The first start filled the file cache.
        Table.Row(name, Table.Number(Measured.Median(times.Skip(1))), Table.Number(times.Skip(1).Max()), Table.Number(size));
    }

    private static async Task<double> StartAsync(string folder, int number)
    {
        var port = 20_000 + Random.Shared.Next(10_000);
        var start = new ProcessStartInfo(Path.Combine(folder, "PPMessage.Functions")) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        start.Environment["PPMessage__DataDirectory"] = Path.Combine(folder, $"data{number}");
        start.Environment["PPMessage__AdminKey"] = HeadProcess.AdminKey;
        start.Environment.TryAdd("DOTNET_ROOT", Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..")));
        var begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var time = await AnswerAsync(port, begin);
        process.Kill();
        await process.WaitForExitAsync();
        return time;
    }

    private static async Task<double> AnswerAsync(int port, long begin)
    {
        var buffer = new byte[1024];
        while (true)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync("127.0.0.1", port);
                await socket.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
                if (await socket.ReceiveAsync(buffer) > 0) return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
            }
        }
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PPMessage.sln"))) folder = folder.Parent ?? throw new InvalidOperationException("The benchmarks run inside the repository.");
        return folder.FullName;
    }
}
