# Runs over many users from outside: what is listed, gone on with and taken back. How the engine goes about it is tested
# beside the engine.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule

    # People u1 to the last: the odd ones have SPE_E3 and a location, the even ones neither.
    function Connect-Crowd {
        param([int] $Count = 45)
        $users = foreach ($number in 1..$Count) {
            $user = @{ userPrincipalName = "u$number@contoso.com"; displayName = "User $number" }
            if ($number % 2) {
                $user.usageLocation = 'GB'
                $user.assignedLicenses = @(@{ skuPartNumber = 'SPE_E3'; disabledPlans = @() })
            }
            $user
        }
        $seats = @{ enabled = 100; warning = 0; suspended = 0; lockedOut = 0 }
        $null = Connect-TestTenant @{
            organization = @{ displayName = 'Contoso' }
            domains = @(@{ id = 'contoso.com'; isDefault = $true })
            subscribedSkus = @(@{ skuPartNumber = 'SPE_E5'; prepaidUnits = $seats }, @{ skuPartNumber = 'SPE_E3'; prepaidUnits = $seats })
            users = @($users)
        }
    }

    function Get-People {
        param([int] $Count = 45)
        foreach ($number in 1..$Count) { [pscustomobject]@{ UserPrincipalName = "u$number@contoso.com" } }
    }

    function Get-Everything {
        Get-MgUser -All -Property UserPrincipalName, LicenseAssignmentStates | Sort-Object UserPrincipalName | ForEach-Object {
            $held = $_.LicenseAssignmentStates | ForEach-Object { "$($_.SkuId) $($_.State) $($_.DisabledPlans)" } | Sort-Object
            "$($_.UserPrincipalName) $($held -join ', ')"
        }
    }
}

AfterAll { Disconnect-TestTenant }

Describe 'Runs over many users' {
    BeforeEach {
        $env:MGLICENSE_RUNS = New-TestPath 'runs'
        Connect-Crowd
    }

    It 'say how they ended on the information stream, with an object behind the sentence' {
        $null = Get-People | Set-MgUserLicense -AddLicenses SPE_E5 -RemoveLicenses @() -UsageLocation GB -InformationVariable said

        $run = $said.Where{ $_.MessageData -is [MgLicense.LicenseRun] }.MessageData
        @($run).Count | Should -Be 1
        $run.State | Should -Be 'Completed'
        $run.Rows | Should -Be 45
        $run.Changed | Should -Be 45
        "$run" | Should -BeLike "Set-MgUserLicense ended after * s: 45 rows, 45 changed. Take it back with: Undo-MgLicenseRun -Id $($run.Id)"
    }

    It 'are listed, the newest first, with counts and time' {
        $null = Get-People 3 | Set-MgUserLicense -AddLicenses SPE_E5 -RemoveLicenses @() -UsageLocation GB
        Start-Sleep -Milliseconds 1100
        $null = Get-People 5 | Set-MgUserLicense -AddLicenses SPE_E5 -RemoveLicenses @() -UsageLocation GB

        $runs = @(Get-MgLicenseRun)
        $runs.Count | Should -Be 2
        $runs.Rows | Should -Be 5, 3
        $runs.Changed | Should -Be 2, 3
        $runs.Unchanged | Should -Be 3, 0
        $runs[0].Started | Should -BeGreaterThan $runs[1].Started
        $runs[0].Ended | Should -BeGreaterOrEqual $runs[0].Started
        (Get-MgLicenseRun -Last).Id | Should -Be $runs[0].Id
        (Get-MgLicenseRun -Id $runs[1].Id).Rows | Should -Be 3
        ($runs[1] | Get-MgLicenseRun).Id | Should -Be $runs[1].Id
    }

    It 'keep their rows' {
        $people = @(Get-People 3) + [pscustomobject]@{ UserPrincipalName = 'nobody@contoso.com' }
        $null = $people | Set-MgUserLicense -AddLicenses SPE_E5 -RemoveLicenses @() -UsageLocation GB -ErrorAction SilentlyContinue

        $rows = @(Get-MgLicenseRun -Last -Row)
        $rows.Row | Should -Be 1, 2, 3, 4
        $rows.Status | Should -Be 'Changed', 'Changed', 'Changed', 'Failed'
        $rows[0].Added.SkuPartNumber | Should -Be 'SPE_E5'
        $rows[0].RequestId | Should -Not -BeNullOrEmpty
        $rows[3].Error | Should -BeLike '*does not exist*'
    }

    It 'are taken back, and say which locations stay' {
        $before = Get-Everything
        $null = Get-People | Set-MgUserLicense -AddLicenses SPE_E5 -RemoveLicenses @() -UsageLocation GB
        Get-SeatsUsed SPE_E5 | Should -Be 45

        $undone = Undo-MgLicenseRun -Id (Get-MgLicenseRun -Last).Id -Confirm:$false -WarningVariable warnings -WarningAction SilentlyContinue
        @($undone | Where-Object Status -eq Changed).Count | Should -Be 45
        Get-Everything | Should -Be $before
        Get-SeatsUsed SPE_E5 | Should -Be 0
        "$warnings" | Should -BeLike '*usage location of 22 users was empty*'
        @(Get-MgUser -All -Property UsageLocation | Where-Object UsageLocation -eq GB).Count | Should -Be 45
        $undo, $original = Get-MgLicenseRun
        if ($original.Undoes) { $undo, $original = $original, $undo }
        $undo.Undoes | Should -Be $original.Id
        $original.UndoneBy | Should -Be $undo.Id
    }

    It 'are not taken back when only asked what would be' {
        $null = Get-People 5 | Set-MgUserLicense -AddLicenses SPE_E5 -RemoveLicenses @() -UsageLocation GB
        Undo-MgLicenseRun -Id (Get-MgLicenseRun -Last).Id -WhatIf | Should -BeNullOrEmpty
        Get-SeatsUsed SPE_E5 | Should -Be 5
        $impact = [System.Management.Automation.CommandMetadata]::new((Get-Command Undo-MgLicenseRun)).ConfirmImpact
        $impact | Should -Be 'High'
    }

    It 'go on after their process was killed' {
        $path = (Get-MgLocalTenant).Path
        Disconnect-TestTenant
        # The limit lets forty through at once and one a second after that, so that the run waits for most of its rows.
        Set-MgLocalTenant -Path $path -Setting @{ durability = 'process'; quota = @{ enabled = $true; writes = 1; writeWindowSeconds = 1; writeBurst = 40 } }
        $script = @"
Import-Module `$module
$(Get-ConnectText $path)
1..45 | ForEach-Object { [pscustomobject]@{ UserPrincipalName = "u`$_@contoso.com" } } |
    Set-MgUserLicense -AddLicenses SPE_E5 -RemoveLicenses @() -UsageLocation GB | ForEach-Object { 'row' }
"@
        $child = Start-ChildShell $script
        $deadline = [datetime]::UtcNow.AddSeconds(60)
        do { Start-Sleep -Milliseconds 50 } until ((Get-MgLicenseRun | Where-Object Changed -gt 0) -or [datetime]::UtcNow -gt $deadline)
        $running = Get-MgLicenseRun -Last
        $child.Kill()
        $child.WaitForExit()
        $running.State | Should -Be 'Running'
        $interrupted = Get-MgLicenseRun -Last
        $interrupted.State | Should -Be 'Interrupted'

        Set-MgLocalTenant -Path $path -Setting @{ quota = @{ enabled = $false } }
        Connect-TestFile $path
        $null = Resume-MgLicenseRun -Id $interrupted.Id
        $done = Get-MgLicenseRun -Last
        $done.State | Should -Be 'Completed'
        $done.Changed | Should -Be 45
        Get-SeatsUsed SPE_E5 | Should -Be 45
        # Nobody got the licence twice: every change that was carried out is there once.
        $changes = Get-MgLocalTenantRequest | Where-Object { $_.Path -like '*assignLicense' -and $_.Status -eq 200 }
        @($changes.Path | Group-Object | Where-Object Count -gt 1).Count | Should -Be 0
    }

    It 'are what a pipeline makes, of one user too; a single call acts at once and keeps no journal' {
        $null = Set-MgUserLicense -UserId u1@contoso.com -AddLicenses @{ SkuId = 'SPE_E5' } -RemoveLicenses @()
        $null = Remove-MgUserLicense -UserId u1@contoso.com -SkuId SPE_E5 -Confirm:$false
        Get-MgLicenseRun | Should -BeNullOrEmpty
        $null = 'u1@contoso.com' | Remove-MgUserLicense -SkuId SPE_E3 -Confirm:$false
        $run = Get-MgLicenseRun -Last
        $run.Command | Should -Be 'Remove-MgUserLicense'
        # The plan, the intent, the end, and what waited when the file was closed.
        $run.Commits | Should -Be 4
        Get-Held u1@contoso.com | Should -Be ''
        $null = Undo-MgLicenseRun -Id $run.Id -Confirm:$false
        Get-Held u1@contoso.com | Should -Be 'SPE_E3'
        $null = Switch-MgUserLicense -UserId u1@contoso.com -From SPE_E3 -To SPE_E5
        @(Get-MgLicenseRun).Command | Should -Contain 'Switch-MgUserLicense'
    }

    # Where writing can be watched from outside: the library is loaded before the program's own.
    if ($IsLinux) {
        It 'send nothing before it is on the disk' {
            $library = New-TestPath 'trace.so'
            $compiler = $env:CC ? $env:CC : 'cc'
            & $compiler -std=c11 -O1 -Wall -Wextra -Werror -shared -fPIC -o $library (Join-Path $PSScriptRoot '..' 'c' 'trace.c') -ldl
            $LASTEXITCODE | Should -Be 0
            $path = (Get-MgLocalTenant).Path
            Disconnect-TestTenant
            $trace = New-TestPath 'trace.txt'
            # Without TLS, so that requests can be told from the bytes; twenty users are one batch for each wave.
            $child = Invoke-ChildShell -Environment @{ LD_PRELOAD = $library; MGLICENSE_TRACE = $trace } @"
Import-Module `$module
`$server = Start-MgLocalTenantServer -Path '$path'
Connect-MgGraph -Environment `$server.Environment -TenantId `$server.TenantId -ClientSecretCredential `$server.Credential -NoWelcome
1..20 | ForEach-Object { "u`$_@contoso.com" } | Set-MgUserLicense -AddLicenses SPE_E5 -RemoveLicenses @() -UsageLocation GB | ForEach-Object Status
"@
            @($child.Output -split '\r?\n' -eq 'Changed').Count | Should -Be 20
            $dirty = $false
            $commits = 0
            $sent = foreach ($line in Get-Content $trace) {
                switch -Regex ($line) {
                    '^written .*-wal$' { $dirty = $true }
                    '^synced .*-wal$' { $commits += [int]$dirty; $dirty = $false }
                    '^sent POST /v1\.0/\$batch' { [pscustomobject]@{ Commits = $commits; Dirty = $dirty } }
                }
            }
            # What is read comes first; then locations, then licences, each after a commit of its own.
            $writes = @($sent | Where-Object Commits -gt 0)
            $writes.Count | Should -Be 2
            $writes.Dirty | Should -Be $false, $false
            $writes[1].Commits | Should -BeGreaterThan $writes[0].Commits
        }
    }

    It 'refuse what is no run with a reason, and leave the pipeline going' {
        $outcome = Invoke-Recorded { 'no-such-run', 'neither' | ForEach-Object { [pscustomobject]@{ Id = $_ } } | Resume-MgLicenseRun }
        $outcome.Errors.Count | Should -Be 2
        $outcome.Errors[0].FullyQualifiedErrorId | Should -Be 'RunNotFound,MgLicense.PowerShell.Commands.ResumeMgLicenseRun'
    }
}
