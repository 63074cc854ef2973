# What reports meet in the wild: products nobody knows, people with nothing or with far too much, places that take no
# file, and a service that answers half.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule

    function New-Seed {
        param([hashtable] $More = @{})
        @{
            clock          = '2026-11-25T09:00:00Z'
            organization   = @{ displayName = 'Contoso'; countryLetterCode = 'GB' }
            domains        = @(@{ id = 'contoso.com'; isDefault = $true; isInitial = $true })
            subscribedSkus = @(@{ skuPartNumber = 'FLOW_FREE'; prepaidUnits = @{ enabled = 10 } })
            users          = @(
                @{ userPrincipalName = 'ada@contoso.com'; displayName = 'Ada'; usageLocation = 'GB'; assignedLicenses = @(@{ skuPartNumber = 'FLOW_FREE' }) }
                @{ userPrincipalName = 'bob@contoso.com'; displayName = 'Bob' }
            )
        } + $More
    }
}

AfterAll { Disconnect-TestTenant }

Describe 'A product that neither the tenant nor the table knows' {
    BeforeAll {
        $id = '00000000-0000-4000-8000-0000000000ff'
        $seed = New-Seed
        $seed.subscribedSkus += @{ skuId = $id; skuPartNumber = 'OUR_OWN'; prepaidUnits = @{ enabled = 2 }; servicePlans = @(); removed = $true }
        $seed.users[0].assignedLicenses += @{ skuId = $id }
        $null = Connect-TestTenant $seed
    }

    It 'goes by its id in rows, findings and on the page' {
        $row = Get-MgLicenseAssignment | Where-Object SkuId -EQ $id
        $row.SkuPartNumber, $row.ProductName | Should -Be $id, $id
        $row.InTenant | Should -BeFalse
        (Get-MgLicenseFinding -Kind NotInTenant).SkuId | Should -Be $id
        $path = New-TestPath 'unknown.html'
        (Export-MgLicenseReport -Path $path -IncludePersonalData).IsComplete | Should -BeTrue
        Get-Content -Raw $path | Should -Match $id
    }

    It 'can be asked for by its id' {
        (Get-MgLicenseAssignment -SkuId $id).UserPrincipalName | Should -Be 'ada@contoso.com'
    }
}

Describe 'A user with a product through 500 groups' {
    BeforeAll {
        $groups = foreach ($number in 1..500) { @{ displayName = "Group $number"; securityEnabled = $true; mailEnabled = $false; members = @('bob@contoso.com'); assignedLicenses = @(@{ skuPartNumber = 'FLOW_FREE' }) } }
        $null = Connect-TestTenant (New-Seed @{ groups = @($groups) })
        $null = Get-MgUser -Top 1
    }

    It 'is one row with every group by name, in as few requests as ever' {
        $null = Get-MgLocalTenantRequest -Clear
        $row = Get-MgLicenseAssignment | Where-Object UserPrincipalName -EQ 'bob@contoso.com'
        @(Get-MgLocalTenantRequest).Count | Should -BeLessOrEqual 6
        @($row).Count | Should -Be 1
        $row.Sources.Count | Should -Be 500
        $row.Sources.GroupName | Should -Contain 'Group 500'
        @(($row | Out-String -Width 100) -split '\r?\n' | Where-Object { $_ }).Count | Should -Be 3 -Because 'a table keeps it to its line'
    }

    It 'is on the page, and every group with what it gives' {
        $path = New-TestPath 'groups.html'
        $null = Export-MgLicenseReport -Path $path
        [regex]::Matches((Get-Content -Raw $path), '<th scope="row">Group \d+</th>').Count | Should -Be 500
    }
}

Describe 'A tenant without any product' {
    It 'has no seat, no row, no alarm about seats, and is no error' {
        $null = Connect-TestTenant @{ users = @(@{ userPrincipalName = 'ada@contoso.com'; usageLocation = 'GB' }); subscribedSkus = @() }
        $recorded = Invoke-Recorded { Get-MgLicenseSummary; Get-MgLicenseAssignment; Get-MgLicenseFinding }
        $recorded.Output | Should -BeNullOrEmpty
        $recorded.Errors | Should -BeNullOrEmpty
        (Get-MgLicenseAssignment -IncludeUnlicensed).State | Should -Be 'None'
    }
}

Describe 'A place for the report' {
    BeforeAll { $null = Connect-TestTenant (New-Seed) }

    It 'is none on a drive without files, and nothing is written anywhere' {
        $recorded = Invoke-Recorded { Export-MgLicenseReport -Path Env:report }
        $recorded.Output | Should -BeNullOrEmpty
        $recorded.Thrown.FullyQualifiedErrorId | Should -BeLike 'PathIsNoFile,*'
        Test-Path Env:report | Should -BeFalse
        Test-Path (Join-Path ([System.Environment]::CurrentDirectory) 'report') | Should -BeFalse
    }

    It 'is found where the caller is, and with signs that are patterns elsewhere' {
        $folder = New-TestPath 'a [b] c'
        $null = New-Item -ItemType Directory -Path $folder
        Push-Location -LiteralPath $folder
        try {
            (Export-MgLicenseReport -Path 'r [1].html').Path | Should -Be (Join-Path $folder 'r [1].html')
            Test-Path -LiteralPath (Join-Path $folder 'r [1].html') | Should -BeTrue
            @(Get-ChildItem -LiteralPath $folder).Count | Should -Be 1 -Because 'no part of it is left'
        } finally {
            Pop-Location
        }
    }
}

Describe 'A service that answers half' {
    BeforeAll {
        # 1,100 accounts may not sign in; the list of users breaks off after its first page, and groups can't be read.
        $accounts = foreach ($number in 1..1100) { @{ userPrincipalName = "u$number@contoso.com"; usageLocation = 'GB'; accountEnabled = $false; assignedLicenses = @(@{ skuPartNumber = 'FLOW_FREE' }) } }
        $seed = New-Seed
        $seed.users = @($accounts)
        $seed.subscribedSkus[0].prepaidUnits.enabled = 2000
        $null = Connect-TestTenant $seed -Setting @{
            faults = @(
                @{ on = @{ path = '/users'; query = '$skiptoken' }; status = 400; code = 'Request_BadRequest' }
                @{ on = @{ path = '/groups' }; status = 403 }
            )
        }
    }

    It 'gives the rows there are, and then an error that says where they end' {
        $recorded = Invoke-Recorded { Get-MgLicenseAssignment }
        $recorded.Output.Count | Should -Be 999
        $recorded.Errors.Count | Should -Be 1
        $recorded.Errors[0].Exception.Message | Should -Match 'incomplete: it ends after 999 users'
        $recorded.Warnings | Should -Match 'Names of groups could not be read'
    }

    It 'marks each finding that rests on it, and shows its count as the least' {
        $recorded = Invoke-Recorded { Get-MgLicenseFinding -Kind Disabled, UnusedSeats }
        $recorded.Errors.FullyQualifiedErrorId | Should -BeLike 'PartialResult,*'
        $disabled = $recorded.Output | Where-Object Kind -EQ 'Disabled'
        $disabled.Count | Should -Be 999
        $disabled.IsComplete | Should -BeFalse
        ($disabled | Out-String -Width 100) | Should -Match '>= 999'
        ($recorded.Output | Where-Object Kind -EQ 'UnusedSeats').IsComplete | Should -BeTrue -Because 'seats are read from the products'
    }

    It 'leaves open who waits, rather than counting nobody' {
        $recorded = Invoke-Recorded { Get-MgLicenseSummary }
        $recorded.Output[0].Waiting | Should -BeNullOrEmpty
        ($recorded.Output | Out-String -Width 100) | Should -Match 'unknown'
        $recorded.Warnings | Should -Match 'who waits for a seat'
    }

    It 'is said on the page, at its top and at each figure' {
        $path = New-TestPath 'half.html'
        $recorded = Invoke-Recorded { Export-MgLicenseReport -Path $path }
        $recorded.Output[0].IsComplete | Should -BeFalse
        $recorded.Output[0].Missing -join ';' | Should -Match 'ends after 999 of them'
        $page = Get-Content -Raw $path
        $page.IndexOf('This report is partial') | Should -BeLessThan $page.IndexOf('id="overview-title"')
        $page | Should -Match 'At least: not everything could be read'
    }

    It 'is an error for each user alone where they are read one by one' {
        $null = Connect-TestTenant (New-Seed)
        $recorded = Invoke-Recorded { Get-MgLicenseAssignment -UserId nobody@contoso.com, ada@contoso.com, no@contoso.com }
        $recorded.Output.UserPrincipalName | Should -Be 'ada@contoso.com'
        $recorded.Errors.Count | Should -Be 2
    }
}
