# The report as a file: what it holds, what it never holds, and where it can't be written. How it behaves in a browser
# is tested in tests/clients/report.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule
    $evil = '<img src=x onerror=alert(1)></script><script>alert(2)</script>&"'''

    function New-Seed {
        @{
            clock          = '2026-11-25T09:00:00Z'
            organization   = @{ displayName = "Contoso $evil" }
            domains        = @(@{ id = 'contoso.com'; isDefault = $true; isInitial = $true })
            subscribedSkus = @(@{ skuPartNumber = 'SPE_E3'; prepaidUnits = @{ enabled = 1; warning = 1 } })
            users          = @(
                @{ userPrincipalName = 'ada@contoso.com'; displayName = $evil; usageLocation = 'GB'; assignedLicenses = @(@{ skuPartNumber = 'SPE_E3' }) }
                @{ userPrincipalName = 'bob@contoso.com'; displayName = 'Bob'; accountEnabled = $false; assignedLicenses = @(@{ skuPartNumber = 'SPE_E3' }) }
                @{ userPrincipalName = 'cy@contoso.com'; displayName = 'Cy' }
            )
            groups         = @(@{ displayName = $evil; securityEnabled = $true; mailEnabled = $false; members = @('ada@contoso.com'); assignedLicenses = @(@{ skuPartNumber = 'SPE_E3' }) })
        }
    }

    # What a block of data in the page holds.
    function Get-PageData {
        param($Text, $Id)
        if ($Text -match "(?s)<script type=""application/json"" id=""$Id"">(.*?)</script>") { $Matches[1] | ConvertFrom-Json -NoEnumerate }
    }
}

AfterAll { Disconnect-TestTenant }

Describe 'Export-MgLicenseReport' {
    BeforeAll {
        $null = Connect-TestTenant (New-Seed)
        $path = New-TestPath 'report.html'
        $report = Export-MgLicenseReport -Path $path
        $text = Get-Content -Raw $path
        $named = New-TestPath 'people.html'
        $namedReport = Export-MgLicenseReport -Path $named -IncludePersonalData
        $namedText = Get-Content -Raw $named
    }

    It 'gives what it came to' {
        $report.People, $report.Products, $report.Rows | Should -Be 3, 1, 0
        $report.IsComplete | Should -BeTrue
        $report.Size | Should -Be (Get-Item $path).Length
        $namedReport.Rows | Should -Be 3 -Because 'each of the three has one row'
    }

    It 'is one file that asks for nothing from elsewhere' {
        foreach ($page in $text, $namedText) {
            $page | Should -Not -Match '(src|href)="(?!#)' -Because 'links lead inside the page only'
            $page | Should -Not -Match 'https?://'
            $page | Should -Match "default-src 'none'"
        }
    }

    It 'lets no script run but its own' {
        $hash = [regex]::Match($text, "script-src 'sha256-([^']+)'").Groups[1].Value
        $script = [regex]::Match($text, '(?s)<script>(.*?)</script>').Groups[1].Value
        [System.Convert]::ToBase64String([System.Security.Cryptography.SHA256]::HashData([System.Text.Encoding]::UTF8.GetBytes($script))) | Should -Be $hash
    }

    It 'takes names as text, whatever they hold' {
        foreach ($page in $text, $namedText) {
            $page | Should -Not -Match '<img'
            $page | Should -Not -Match '<script>alert'
            $page | Should -Match '&lt;img src=x onerror=alert\(1\)&gt;'
        }
        $rows = Get-PageData $namedText 'people-rows'
        ($rows | Where-Object { $_[0] -eq 'ada@contoso.com' })[1] | Should -Be $evil
        (Get-PageData $namedText 'people-names').sources | Should -Contain "Direct; Group: $evil"
    }

    It 'names people only when told to' {
        $text | Should -Not -Match 'ada@contoso|bob@contoso|Bob'
        $namedText | Should -Match 'ada@contoso\.com'
        if (-not $IsWindows) {
            (Get-Item $named).UnixFileMode | Should -Be ([System.IO.UnixFileMode] 'UserRead, UserWrite')
        }
    }

    It 'shows the seats as the summary has them' {
        $seats = Get-MgLicenseSummary
        $row = [regex]::Match($text, "(?s)<tr data-sku=""$($seats.SkuId)"">.*?</tr>").Value
        [regex]::Matches($row, '<td class="number[^"]*">(-?\d+)</td>').ForEach({ $_.Groups[1].Value }) |
            Should -Be @($seats.Enabled, $seats.Warning, $seats.Suspended, $seats.Assigned, $seats.Free, $seats.Waiting)
    }

    It 'replaces a file with -Force only, and leaves it as it was otherwise' {
        $before = (Get-Item $path).LastWriteTimeUtc
        (Invoke-Recorded { Export-MgLicenseReport -Path $path }).Errors[0].FullyQualifiedErrorId | Should -BeLike 'ReportExists,*'
        (Get-Item $path).LastWriteTimeUtc | Should -Be $before
        (Export-MgLicenseReport -Path $path -Force).Path | Should -Be $path
    }

    It 'refuses <Name>, and says what to do' -ForEach @(
        @{ Name = 'a folder'; Make = { New-Item -ItemType Directory -Path (New-TestPath 'folder') }; Id = 'ReportPathIsFolder' }
        @{ Name = 'a folder that is not there'; Make = { Join-Path (New-TestPath 'nowhere') 'report.html' }; Id = 'ReportFolderMissing' }
    ) {
        $target = & $Make
        $recorded = Invoke-Recorded { Export-MgLicenseReport -Path $target }
        $recorded.Output | Should -BeNullOrEmpty
        $recorded.Errors[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $recorded.Errors[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'refuses a place that takes no file' {
        $recorded = Invoke-Recorded { Export-MgLicenseReport -Path ($IsWindows ? 'C:\Windows\System32\config\x\r.html' : '/proc/report.html') }
        $recorded.Errors[0].FullyQualifiedErrorId | Should -BeLike 'Report*,*'
        $recorded.Output | Should -BeNullOrEmpty
    }

    It 'writes nothing with -WhatIf' {
        $target = New-TestPath 'whatif.html'
        Export-MgLicenseReport -Path $target -WhatIf | Should -BeNullOrEmpty
        Test-Path $target | Should -BeFalse
    }

    It 'makes sense of a tenant without any product' {
        $null = Connect-TestTenant @{ users = @(@{ userPrincipalName = 'ada@contoso.com' }); subscribedSkus = @() }
        $target = New-TestPath 'empty.html'
        (Export-MgLicenseReport -Path $target).Products | Should -Be 0
        Get-Content -Raw $target | Should -Match 'The organisation has no product'
    }
}

Describe 'A report of a tenant of which half can''t be read' {
    BeforeAll {
        $null = Connect-TestTenant (New-Seed) -Setting @{
            page   = @{ maxSize = 2 }
            faults = @(
                @{ on = @{ path = '/directory/subscriptions' }; status = 403 }
                @{ on = @{ path = '/groups' }; status = 403 }
                @{ on = @{ path = '/users'; query = '$skiptoken' }; status = 400 }
            )
        }
        # The page size of the report is more than this tenant gives; a smaller one is all there is.
        $target = New-TestPath 'partial.html'
        $recorded = Invoke-Recorded { Export-MgLicenseReport -Path $target -IncludePersonalData }
        $page = (Test-Path $target) ? (Get-Content -Raw $target) : ''
    }

    It 'is marked as partial, in the file and outside' {
        $recorded.Errors | Should -BeNullOrEmpty
        $recorded.Output[0].IsComplete | Should -BeFalse
        $recorded.Output[0].Missing -join '; ' | Should -Match 'when subscriptions end'
        $recorded.Warnings -join ' ' | Should -Match 'The report is partial'
        $page | Should -Match 'This report is partial'
        $page | Should -Match 'When subscriptions end'
    }

    It 'is no report at all where nothing could be read' {
        $null = Connect-TestTenant (New-Seed) -Setting @{ faults = @(@{ on = @{ path = '/**' }; status = 403; code = 'Authorization_RequestDenied' }) }
        $target = New-TestPath 'nothing.html'
        $recorded = Invoke-Recorded { Export-MgLicenseReport -Path $target }
        $recorded.Errors[0].FullyQualifiedErrorId | Should -BeLike 'Authorization_RequestDenied,*'
        Test-Path $target | Should -BeFalse
        @(Get-ChildItem (Split-Path $target) -Filter '*.part').Count | Should -Be 0
    }
}
