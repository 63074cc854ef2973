# Keeps account of the public reports that this product answers to. A test of a report carries the tag Report<number>;
# what is left to a part of the product that isn't there yet stands here with its reason. Nothing may be in neither.

Describe 'Public reports of the themes body, location, seats, plans, changes, groups, reading and sessions' {
    BeforeDiscovery {
        $later = @(
            @{ Report = 2; Part = 'half'; Symptom = 'A filled list is left out on some platforms only'; Why = 'the comparison between three systems needs runners of each; one system is held to exact bytes' }
            @{ Report = 45; Part = 'whole'; Symptom = 'The licence was taken from another account than the one named'; Why = 'is about a command that offboards a person' }
            @{ Report = 52; Part = 'half'; Symptom = 'An inherited licence cannot be taken from the user'; Why = 'a command that offboards a person is not there yet; the refusal is tested' }
            @{ Report = 53; Part = 'half'; Symptom = 'Members of some groups cannot be changed through Graph'; Why = 'a command that says where to change them instead is not there yet; the refusals are tested' }
            @{ Report = 58; Part = 'whole'; Symptom = 'Licences are stripped from a group because they were not mentioned'; Why = 'is about a command that brings groups to a wanted state' }
            @{ Report = 69; Part = 'half'; Symptom = 'The change feed misses licence errors'; Why = 'the change feed is not part of this; what is read of a user is tested' }
        )
    }

    BeforeAll {
        $reports = 1, 2, 3, 5, 7, 9, 11, 13, 14, 15, 17, 19, 21, 23, 25, 26, 27, 29, 31, 33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 52, 53, 55, 57, 58, 59, 61, 63, 65, 67, 69, 71, 73, 75, 77, 79, 81, 83, 85, 87, 89, 91, 92, 93, 95, 97, 99, 101
        $tagged = foreach ($file in Get-ChildItem -Path $PSScriptRoot -Filter 'FieldReports.*.Tests.ps1') {
            $tree = [System.Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref]$null, [ref]$null)
            $commands = $tree.FindAll({ param($node) $node -is [System.Management.Automation.Language.CommandAst] -and $node.GetCommandName() -in 'Context', 'It' }, $true)
            foreach ($command in $commands) {
                if ($command.Extent.Text -match "^[^{]*-Tag 'Report(\d+)'") { [int]$Matches[1] }
            }
        }
    }

    It 'are each tested, or named with the reason why not yet' -ForEach @(@{ Later = $later }) {
        $whole = @($Later | Where-Object Part -EQ 'whole').Report
        $missing = $reports | Where-Object { $_ -notin $tagged -and $_ -notin $whole }
        $missing | Should -BeNullOrEmpty
        @($tagged | Where-Object { $_ -notin $reports }) | Should -BeNullOrEmpty
    }

    It 'are tested as far as they can be where half is left: <Symptom>' -ForEach @($later | Where-Object Part -EQ 'half') {
        $Report | Should -BeIn $tagged
        $Why | Should -Not -BeNullOrEmpty
    }

    It 'are left out only where there is no test: <Symptom>' -ForEach @($later | Where-Object Part -EQ 'whole') {
        $Report | Should -Not -BeIn $tagged
        $Report | Should -BeIn $reports
        $Why | Should -Not -BeNullOrEmpty
    }
}

Describe 'Public wishes' {
    BeforeDiscovery {
        # Those that have a test of their own carry its tag in FieldReports.Wishes; of the others the test is named that
        # shows them, or why there is none.
        $wishes = @(
            @{ Wish = 1; Symptom = 'Remove whatever a user has, by whatever way it came'; Why = 'is about a command that offboards a person' }
            @{ Wish = 2; Symptom = 'Swap one product for another over many users'; File = 'BulkLicensing'; Test = 'switches in one request, keeps other products and the choice of plans' }
            @{ Wish = 3; Symptom = 'Switch one plan without restating the rest'; File = 'BulkLicensing'; Test = 'turns single plans and restates nothing else' }
            @{ Wish = 4; Symptom = 'Check before writing'; File = 'TestUserLicense'; Test = 'names everything that stands against a change' }
            @{ Wish = 5; Symptom = 'A dry run that shows request and resulting state'; File = 'BulkLicensing'; Test = 'names each user and the change with -WhatIf' }
            @{ Wish = 6; Symptom = 'Location and licence as one step, with the wait'; File = 'FieldReports.Location'; Test = 'Report15' }
            @{ Wish = 7; Symptom = 'Direct to group migration'; Why = 'direct licences that groups cover are found and taken away (wish 12); a command that migrates is not there' }
            @{ Wish = 10; Symptom = 'A rule for who gets the last seats'; File = 'BulkLicensing'; Test = 'with -Partial the seats go in the order that is said' }
            @{ Wish = 15; Symptom = 'A batch that retries its throttled items'; File = 'FieldReports.Bulk'; Test = 'Report83' }
            @{ Wish = 16; Symptom = 'A connection for each command or runspace'; File = 'SignIn'; Test = 'outlives being the default' }
            @{ Wish = 18; Symptom = 'Pipe users in by property name'; File = 'BulkLicensing'; Test = 'takes 45 rows with unknown people' }
            @{ Wish = 19; Symptom = 'A desired state where silence means hands off'; Why = 'is about a command that brings groups to a wanted state' }
            @{ Wish = 20; Symptom = 'Warn before the last mailbox, phone or drive plan goes'; File = 'BulkLicensing'; Test = 'is asked about once, with whose it is and what goes' }
            @{ Wish = 21; Symptom = 'A journal; resume an interrupted run'; File = 'Runs'; Test = 'go on after their process was killed' }
            @{ Wish = 22; Symptom = 'Bulk from file, ids or group, with results by row'; File = 'BulkLicensing'; Test = 'takes semicolons, missing columns' }
            @{ Wish = 23; Symptom = 'A sign-in with a time limit that can be caught'; File = 'FieldReports.SignIn'; Test = 'Report97' }
            @{ Wish = 24; Symptom = 'A safe command for swapping inside a licensing group'; File = 'FieldReports.Groups'; Test = 'Report67' }
        )
    }

    It 'have a test of their own, one that is named, or a reason' -ForEach @{ Wishes = $wishes } {
        $own = Get-Content (Join-Path $PSScriptRoot 'FieldReports.Wishes.Tests.ps1') | Select-String "-Tag 'Wish(\d+)'" | ForEach-Object { [int]$_.Matches[0].Groups[1].Value }
        @($own) + @($Wishes.Wish) | Sort-Object | Should -Be (1..24)
    }

    It '<Wish> is held by the test that is named: <Symptom>' -ForEach $wishes {
        if ($_.Contains('Why')) {
            $_.Contains('Test') | Should -BeFalse
        } else {
            Join-Path $PSScriptRoot "$File.Tests.ps1" | Should -FileContentMatch ([regex]::Escape($Test))
        }
    }
}
