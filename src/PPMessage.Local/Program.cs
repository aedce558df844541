using PPMessage.Local;

return await Launcher.RunAsync(args);
