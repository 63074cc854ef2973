# What answering to the SDK's module names costs. Bench.ps1 runs this file's function with its own helpers.

function Measure-Compatibility {
    Write-Host 'Compatibility: bare start, import, import and switched on, and a script that requires every module name, in turn, 5 times each after a warm-up'
    $import = "Import-Module '$Module'"
    $on = "$import; `$null = Enable-MgLicenseCompatibility"
    $names = @(Get-ChildItem -LiteralPath (Join-Path $Module 'compat')).Name
    $script = Join-Path $work 'requires.ps1'
    Set-Content -LiteralPath $script -Value ($names | ForEach-Object { "#Requires -Modules @{ ModuleName = '$_'; ModuleVersion = '2.3.0' }" })
    # As for a user who has switched it on: the names are found, and nothing is imported before the script.
    $whole = "`$env:PSModulePath = '$(Join-Path $Module 'compat')' + [IO.Path]::PathSeparator + `$env:PSModulePath; & '$script'"
    $cases = [ordered] @{ Bare = 'exit'; Import = $import; On = $on; Required = $whole }
    $times = @{}
    foreach ($case in $cases.Keys) {
        $null = Measure-Shell $cases[$case]
        $times[$case] = @()
    }
    foreach ($round in 1..5) {
        foreach ($case in $cases.Keys) { $times[$case] += Measure-Shell $cases[$case] }
    }
    $bare = Get-Median $times.Bare
    Add-Claim 'compatibility switched on, beyond the import, beside a bare start' ((Get-Median $times.On) - (Get-Median $times.Import)) $bare 'ms' 0.35
    Add-Claim "a script that requires all $($names.Count) module names, beside a bare start" (Get-Median $times.Required) $bare 'ms' 2.6
}
