# Ctrl+C and Select-Object -First end a command at once, and leave nothing half known.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule

    $path = New-TestPath
    $null = New-MgLocalTenant -Path $path -Generate 'users=20000,seed=7' -ErrorAction Stop
    $null = Set-MgLocalTenant -Path $path -Setting @{ requestLog = 'all' }
    Connect-TestFile $path

    # Runs a script in another runspace, stops it once a condition holds, and tells what came of it.
    function Stop-WhenReached([string] $Script, [scriptblock] $Condition) {
        $shell = [powershell]::Create()
        $out = [System.Management.Automation.PSDataCollection[psobject]]::new()
        $null = $shell.AddScript('param($module) Import-Module $module').AddArgument((Get-TestModulePath)).Invoke()
        $shell.Commands.Clear()
        $null = $shell.AddScript($Script)
        $null = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $out)
        $deadline = [datetime]::UtcNow.AddSeconds(30)
        while (-not (& $Condition $out) -and [datetime]::UtcNow -lt $deadline) { Start-Sleep -Milliseconds 5 }
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        [pscustomobject]@{
            Milliseconds = $clock.ElapsedMilliseconds
            State        = "$($shell.InvocationStateInfo.State)"
            Output       = @($out)
            Errors       = @($shell.Streams.Error)
        }
        $shell.Dispose()
    }
}

AfterAll { Disconnect-TestTenant }

Describe 'Select-Object -First' {
    It 'ends a listing of 200 pages quietly, with at most a few pages read ahead' {
        $null = Get-MgLocalTenantRequest -Clear
        $outcome = Invoke-Recorded { Get-MgUser -All -PageSize 100 -Property Id | Select-Object -First 3 }

        $outcome.Output.Count | Should -Be 3
        $outcome.Errors | Should -BeNullOrEmpty
        @(Get-MgLocalTenantRequest).Count | Should -BeLessOrEqual 6
    }
}

Describe 'Ctrl+C' {
    It 'ends a long listing at once, and the next statement does not run' {
        $result = Stop-WhenReached 'Get-MgUser -All -PageSize 50 -Property Id; "next"' { param($out) $out.Count -gt 200 }

        $result.State | Should -Be 'Stopped'
        $result.Milliseconds | Should -BeLessThan 500
        $result.Output.Count | Should -BeLessThan 20000
        $result.Output | Should -Not -Contain 'next'
        $result.Errors | Should -BeNullOrEmpty
    }

    It 'lets the write under way finish: what was written is what the tenant holds' {
        $null = Get-MgLocalTenantRequest -Clear
        $before = (Get-MgSubscribedSku -All | Measure-Object ConsumedUnits -Sum).Sum
        $result = Stop-WhenReached 'Get-MgUser -All -Property Id | ForEach-Object Id | Set-MgUserLicense -AddLicenses FLOW_FREE -UsageLocation GB -Partial Row' { param($out) $out.Count -and $out[$out.Count - 1].Status -eq 'Changed' }

        $result.State | Should -Be 'Stopped'
        $result.Milliseconds | Should -BeLessThan 2500
        # Who holds the product already gets a location alone.
        $writes = @(Get-MgLocalTenantRequest -WriteOnly | Where-Object { $_.Path -match '/users/' -and $_.Status -in 200, 204 })
        $changed = $writes.ForEach({ ($_.Path -split '/users/')[1].Split('/')[0] }) | Sort-Object -Unique
        $result.Output.Where({ $_.Status -eq 'Changed' }).UserId | Where-Object { $_ -notin $changed } | Should -BeNullOrEmpty
        $made = @($writes | Where-Object Path -Match 'assignLicense').Count
        (Get-MgSubscribedSku -All | Measure-Object ConsumedUnits -Sum).Sum | Should -BeLessOrEqual ($before + $made)
    }
}

Describe 'An exception downstream' {
    It 'reaches the caller as it was thrown' {
        { Get-MgUser -All -PageSize 100 -Property Id | ForEach-Object { throw 'mine' } } | Should -Throw 'mine'
        # And the connection works on.
        (Get-MgUser -Top 1).Id | Should -Not -BeNullOrEmpty
    }
}
