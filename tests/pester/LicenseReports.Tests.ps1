# Who has what and why: products by name, assignments, seats, and what deserves attention.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule

    # Ada: E5 directly. Bob: E3 less Sway directly and whole through Staff. Cy: nothing, no location, synced from Germany.
    # Dee: blocked, with Visio. Eve: waits for Visio through Art, whose only seat Dee has. Gus: a guest in Staff.
    function New-Seed {
        param([string] $SkuName = 'SPE_E3')
        @{
            clock          = '2026-11-25T09:00:00Z'
            organization   = @{ displayName = 'Contoso'; countryLetterCode = 'GB' }
            domains        = @(@{ id = 'contoso.com'; isDefault = $true; isInitial = $true })
            subscribedSkus = @(
                @{ skuPartNumber = 'SPE_E5'; prepaidUnits = @{ enabled = 10 } }
                @{ skuPartNumber = 'SPE_E3'; prepaidUnits = @{ enabled = 5; warning = 2; suspended = 3; lockedOut = 1 } }
                @{ skuPartNumber = 'VISIOCLIENT'; prepaidUnits = @{ enabled = 1 } }
                @{ skuPartNumber = 'FLOW_FREE'; prepaidUnits = @{ enabled = 10000 } }
            )
            subscriptions  = @(
                @{ skuPartNumber = 'SPE_E5'; totalLicenses = 10; status = 'Enabled'; nextLifecycleDateTime = '2026-12-10T00:00:00Z' }
                @{ skuPartNumber = 'SPE_E5'; totalLicenses = 10; status = 'Enabled'; nextLifecycleDateTime = '2027-12-10T00:00:00Z' }
            )
            users          = @(
                @{ userPrincipalName = 'ada@contoso.com'; displayName = 'Ada'; usageLocation = 'GB'; assignedLicenses = @(@{ skuPartNumber = 'SPE_E5' }); signInActivity = @{ lastSignInDateTime = '2026-11-20T08:00:00Z' } }
                @{ userPrincipalName = 'bob@contoso.com'; displayName = 'Bob'; usageLocation = 'GB'; assignedLicenses = @(@{ skuPartNumber = 'SPE_E3'; disabledPlans = @('SWAY') }); signInActivity = @{ lastSignInDateTime = '2026-01-20T08:00:00Z' } }
                @{ userPrincipalName = 'cy@contoso.com'; displayName = 'Cy'; country = 'Germany'; onPremisesSyncEnabled = $true }
                @{ userPrincipalName = 'dee@contoso.com'; displayName = 'Dee'; usageLocation = 'GB'; accountEnabled = $false; assignedLicenses = @(@{ skuPartNumber = 'VISIOCLIENT' }) }
                @{ userPrincipalName = 'eve@contoso.com'; displayName = 'Eve'; usageLocation = 'GB' }
                @{ userPrincipalName = 'gus_fabrikam.com#EXT#@contoso.com'; displayName = 'Gus'; usageLocation = 'GB'; userType = 'Guest' }
            )
            groups         = @(
                @{ displayName = 'Staff'; securityEnabled = $true; mailEnabled = $false; members = @('bob@contoso.com', 'gus_fabrikam.com#EXT#@contoso.com'); assignedLicenses = @(@{ skuPartNumber = 'SPE_E3' }) }
                @{ displayName = 'Art'; securityEnabled = $true; mailEnabled = $false; members = @('eve@contoso.com'); assignedLicenses = @(@{ skuPartNumber = 'VISIOCLIENT' }) }
                @{ displayName = 'Leave'; securityEnabled = $true; mailEnabled = $false; members = @('dee@contoso.com') }
            )
        }
    }
}

AfterAll { Disconnect-TestTenant }

Describe 'Get-MgLicenseProduct' {
    BeforeAll { Disconnect-TestTenant }

    It 'finds a product offline by <Key>' -ForEach @(
        @{ Key = 'its part number in any case'; Arguments = @{ Name = 'spe_e5' } }
        @{ Key = 'its name'; Arguments = @{ Name = 'Microsoft 365 E5' } }
        @{ Key = 'its id'; Arguments = @{ SkuId = '06EBC4EE-1BB5-47DD-8120-11324BC54E06' } }
        @{ Key = 'its id as a name'; Arguments = @{ Name = '06ebc4ee-1bb5-47dd-8120-11324bc54e06' } }
    ) {
        $product = Get-MgLicenseProduct @Arguments
        @($product).Count | Should -Be 1
        $product.SkuId | Should -Be '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
        $product.SkuPartNumber | Should -Be 'SPE_E5'
        $product.ProductName | Should -Be 'Microsoft 365 E5'
        $product.InTenant | Should -BeNullOrEmpty
        $product.ServicePlans.Name | Should -Contain 'SWAY'
        ($product.ServicePlans | Where-Object Name -EQ 'SWAY').Id | Should -Be 'a23b959c-7ce8-4e57-9140-b90eb88a9e97'
    }

    It 'lists the whole table' {
        @(Get-MgLicenseProduct).Count | Should -Be 620
    }

    It 'lists what a pattern and a plan choose' {
        $products = Get-MgLicenseProduct -Name 'SPE_*' -Plan MCOEV
        $products.SkuPartNumber | Should -Contain 'SPE_E5'
        $products.SkuPartNumber | Should -Not -Contain 'SPE_E3'
        $products.SkuPartNumber | Should -Match '^SPE_'
    }

    It 'refuses a name of several products with all of them' {
        $recorded = Invoke-Recorded { Get-MgLicenseProduct -Name MCOPSTN5 }
        $recorded.Output | Should -BeNullOrEmpty
        $recorded.Errors[0].FullyQualifiedErrorId | Should -BeLike 'AmbiguousName,*'
        $recorded.Errors[0].Exception.Message | Should -Match '54a152dc-90de-4996-93d2-bc47e670fc06'
        $recorded.Errors[0].Exception.Message | Should -Match 'd43177b5-475b-4880-92d4-d54c27b5efbd'
    }

    It 'asks whether another name was meant, and goes on with the others' {
        $recorded = Invoke-Recorded { Get-MgLicenseProduct -Name SPE_E55, SPE_E3 }
        $recorded.Output.SkuPartNumber | Should -Be 'SPE_E3'
        $recorded.Errors[0].FullyQualifiedErrorId | Should -BeLike 'UnknownName,*'
        $recorded.Errors[0].ErrorDetails.RecommendedAction | Should -Be 'Did you mean SPE_E5?'
    }

    It 'finds a product that only the tenant knows, with the plans the tenant lists' {
        $seed = New-Seed
        $seed.subscribedSkus += @{ skuId = '00000000-0000-4000-8000-00000000abcd'; skuPartNumber = 'OUR_OWN'; prepaidUnits = @{ enabled = 1 }; servicePlans = @(@{ servicePlanId = '00000000-0000-4000-8000-00000000abce'; servicePlanName = 'OUR_PLAN'; appliesTo = 'User'; provisioningStatus = 'Success' }) }
        $null = Connect-TestTenant $seed
        $product = Get-MgLicenseProduct -Name our_own
        $product.SkuId | Should -Be '00000000-0000-4000-8000-00000000abcd'
        $product.ProductName | Should -Be 'OUR_OWN'
        $product.InTenant | Should -BeTrue
        $product.ServicePlans.Name | Should -Be 'OUR_PLAN'
        (Get-MgLicenseProduct -Name ENTERPRISEPACK).InTenant | Should -BeFalse
        Disconnect-TestTenant
    }
}

Describe 'Import-MgLicenseProduct' {
    AfterEach { $null = Import-MgLicenseProduct -BuiltIn }

    It 'lays a newer table over the built-in one, and takes it away again' {
        $path = New-TestPath 'products.csv'
        Set-Content -Path $path -Encoding utf8BOM -Value @(
            'Product_Display_Name,String_Id,GUID,Service_Plan_Name,Service_Plan_Id,Service_Plans_Included_Friendly_Names'
            'Microsoft 365 E9,SPE_E9,00000000-0000-4000-8000-00000000E901,SWAY,a23b959c-7ce8-4e57-9140-b90eb88a9e97,Sway'
        )
        $table = Import-MgLicenseProduct -Path $path
        $table.Products | Should -Be 1
        $table.NewProducts | Should -Be 1
        (Get-MgLicenseProduct -Name SPE_E9).ProductName | Should -Be 'Microsoft 365 E9'
        @(Get-MgLicenseProduct).Count | Should -Be 621
        (Import-MgLicenseProduct -BuiltIn).Products | Should -Be 620
        (Invoke-Recorded { Get-MgLicenseProduct -Name SPE_E9 }).Errors.Count | Should -Be 1
    }

    It 'refuses <Name> and keeps the table' -ForEach @(
        @{ Name = 'a file that is not there'; Content = $null; Message = 'could not be read' }
        @{ Name = 'a file of something else'; Content = 'a,b'; Message = "no column 'Product_Display_Name'" }
    ) {
        $path = New-TestPath 'wrong.csv'
        if ($Content) { Set-Content -Path $path -Value $Content }
        $recorded = Invoke-Recorded { Import-MgLicenseProduct -Path $path }
        $recorded.Errors[0].Exception.Message | Should -Match $Message
        @(Get-MgLicenseProduct).Count | Should -Be 620
    }
}

Describe 'Get-MgLicenseAssignment' {
    BeforeAll {
        $null = Connect-TestTenant (New-Seed)
        $rows = @(Get-MgLicenseAssignment)
    }

    It 'is one row for each user and product' {
        $rows.ForEach({ "$($_.UserPrincipalName) $($_.SkuPartNumber) $($_.Source) $($_.State)" }) | Sort-Object | Should -Be @(
            'ada@contoso.com SPE_E5 Direct Active'
            'bob@contoso.com SPE_E3 Direct; Group: Staff Active'
            'dee@contoso.com VISIOCLIENT Direct Active'
            'eve@contoso.com VISIOCLIENT Group: Art Error'
            'gus_fabrikam.com#EXT#@contoso.com SPE_E3 Group: Staff Active'
        )
    }

    It 'says what a plan is by all sources together, and by each' {
        $bob = $rows | Where-Object UserPrincipalName -EQ 'bob@contoso.com'
        $bob.PlansOff.Name | Should -Not -Contain 'SWAY' -Because 'the group turns it on'
        $bob.PlansOn.Name | Should -Contain 'SWAY'
        $bob.Sources.Count | Should -Be 2
        $bob.Sources[0].GroupId | Should -BeNullOrEmpty
        $bob.Sources[0].PlansOff.Name | Should -Be 'SWAY'
        $bob.Sources[1].GroupName | Should -Be 'Staff'
        ($bob.PlansOn | Where-Object Name -EQ 'SWAY').FriendlyName | Should -Be 'Sway'
    }

    It 'tells an error in words, and gives no plan for it' {
        $eve = $rows | Where-Object UserPrincipalName -EQ 'eve@contoso.com'
        $eve.Error | Should -Be 'CountViolation'
        $eve.ErrorText | Should -Be 'No seat is free.'
        $eve.PlansOn | Should -BeNullOrEmpty
    }

    It 'has names beside ids, and the account''s own facts' {
        $ada = $rows | Where-Object UserPrincipalName -EQ 'ada@contoso.com'
        $ada.SkuId | Should -Be '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
        $ada.ProductName | Should -Be 'Microsoft 365 E5'
        $ada.UsageLocation | Should -Be 'GB'
        $ada.AccountEnabled | Should -BeTrue
        $ada.Directory | Should -Be 'Cloud'
        $ada.LastUpdated | Should -BeOfType datetime
        $ada.LastSignIn | Should -BeNullOrEmpty -Because 'it was not asked for'
    }

    It 'is about <Name> only' -ForEach @(
        @{ Name = 'a user by name'; Arguments = @{ UserId = 'ada@contoso.com' }; Users = 'ada@contoso.com' }
        @{ Name = 'several users'; Arguments = @{ UserId = 'ada@contoso.com', 'bob@contoso.com' }; Users = 'ada@contoso.com', 'bob@contoso.com' }
        @{ Name = 'the members of a group'; Arguments = @{ GroupId = 'staff' }; Users = 'bob@contoso.com', 'gus_fabrikam.com#EXT#@contoso.com' }
        @{ Name = 'those who hold a product or wait for it'; Arguments = @{ SkuId = 'VISIOCLIENT' }; Users = 'dee@contoso.com', 'eve@contoso.com' }
        @{ Name = 'whom a filter chooses'; Arguments = @{ Filter = 'accountEnabled eq false' }; Users = 'dee@contoso.com' }
    ) {
        (Get-MgLicenseAssignment @Arguments).UserPrincipalName | Sort-Object -Unique | Should -Be $Users
    }

    It 'takes users from the pipeline, whatever names them' {
        $piped = @(Get-MgUser -UserId ada@contoso.com) + 'bob@contoso.com' + [pscustomobject]@{ UserPrincipalName = 'dee@contoso.com' } | Get-MgLicenseAssignment
        $piped.SkuPartNumber | Sort-Object | Should -Be 'SPE_E3', 'SPE_E5', 'VISIOCLIENT'
    }

    It 'shows users without anything where they are asked for, as None' {
        $cy = Get-MgLicenseAssignment -UserId cy@contoso.com -IncludeUnlicensed
        $cy.State | Should -Be 'None'
        $cy.SkuId | Should -BeNullOrEmpty
        $cy.Directory | Should -Be 'Synced'
        Get-MgLicenseAssignment -UserId cy@contoso.com | Should -BeNullOrEmpty
    }

    It 'tells one user who is not there by an error, and the others all the same' {
        $recorded = Invoke-Recorded { Get-MgLicenseAssignment -UserId nobody@contoso.com, ada@contoso.com }
        $recorded.Output.UserPrincipalName | Should -Be 'ada@contoso.com'
        $recorded.Errors.Count | Should -Be 1
        $recorded.Errors[0].FullyQualifiedErrorId | Should -BeLike 'Request_ResourceNotFound,*'
    }

    It 'refuses a group that is not there' {
        (Invoke-Recorded { Get-MgLicenseAssignment -GroupId Nowhere }).Errors[0].FullyQualifiedErrorId | Should -BeLike 'UnknownGroup,*'
    }

    It 'tells the last sign-in where it is asked for' {
        $rows = Get-MgLicenseAssignment -IncludeSignIn
        ($rows | Where-Object UserPrincipalName -EQ 'ada@contoso.com').LastSignIn | Should -Be ([datetime]::new(2026, 11, 20, 8, 0, 0, [System.DateTimeKind]::Utc))
        ($rows | Where-Object UserPrincipalName -EQ 'dee@contoso.com').LastSignIn | Should -Be 'never'
    }

    It 'says unknown where the service refuses to tell sign-ins' {
        $null = Set-MgLocalTenant -Setting @{ faults = @(@{ on = @{ path = '/users'; query = 'signInActivity' }; status = 403; code = 'Authentication_RequestFromNonPremiumTenantOrB2CTenant' }) }
        try {
            $recorded = Invoke-Recorded { Get-MgLicenseAssignment -IncludeSignIn }
            $recorded.Errors | Should -BeNullOrEmpty
            $recorded.Output.Count | Should -Be 5
            $recorded.Output.LastSignIn | Sort-Object -Unique | Should -Be 'unknown'
            $recorded.Warnings | Should -Match 'AuditLog.Read.All'
        } finally {
            $null = Set-MgLocalTenant -Setting @{ faults = @() }
        }
    }
}

Describe 'Reading a large tenant' {
    BeforeAll {
        $path = New-TestPath
        $null = New-MgLocalTenant -Path $path -Generate 'users=2100,seed=1,groups=20,members=20,licensed=60%'
        $null = Set-MgLocalTenant -Path $path -Setting @{ requestLog = 'all' }
        Connect-TestFile $path
        # Whatever the first request finds due is done before the counting.
        $null = Get-MgUser -Top 1
    }

    It 'takes the pages and at most five requests more' {
        $null = Get-MgLocalTenantRequest -Clear
        $users = @(Get-MgLicenseAssignment -IncludeUnlicensed).UserId | Sort-Object -Unique
        $requests = @(Get-MgLocalTenantRequest)
        $users.Count | Should -Be @(Get-MgUser -All -PageSize 999).Count
        $pages = @($requests | Where-Object Path -Match '/users\?').Count
        $pages | Should -Be ([math]::Ceiling($users.Count / 999))
        $requests.Count - $pages | Should -BeLessOrEqual 5
    }

    It 'takes the pages and at most five requests more for the whole report' {
        $null = Get-MgLocalTenantRequest -Clear
        $report = Export-MgLicenseReport -Path (New-TestPath 'report.html')
        $requests = @(Get-MgLocalTenantRequest)
        $pages = @($requests | Where-Object Path -Match '/users\?').Count
        $pages | Should -Be ([math]::Ceiling($report.People / 999))
        $requests.Count - $pages | Should -BeLessOrEqual 5
    }

    It 'stops asking when nobody wants more rows' {
        $null = Get-MgLocalTenantRequest -Clear
        (Get-MgLicenseAssignment | Select-Object -First 1).State | Should -Not -BeNullOrEmpty
        @(Get-MgLocalTenantRequest | Where-Object Path -Match '/users\?').Count | Should -BeLessOrEqual 2 -Because 'one page is read ahead'
    }
}

Describe 'Get-MgLicenseSummary' {
    BeforeAll {
        $null = Connect-TestTenant (New-Seed)
        $seats = Get-MgLicenseSummary
    }

    It 'counts free seats as bought and in grace less assigned' {
        $e3 = $seats | Where-Object SkuPartNumber -EQ 'SPE_E3'
        $e3.Enabled, $e3.Warning, $e3.Suspended, $e3.LockedOut, $e3.Assigned | Should -Be 5, 2, 3, 1, 2
        $e3.Free | Should -Be 5
        $e3.Available | Should -Be 5
        $e3.Over | Should -Be 0
    }

    It 'counts who waits, and shows what is used up as such' {
        $visio = $seats | Where-Object SkuPartNumber -EQ 'VISIOCLIENT'
        $visio.Assigned, $visio.Free, $visio.Waiting | Should -Be 1, 0, 1
    }

    It 'tells when the first subscription ends' {
        ($seats | Where-Object SkuPartNumber -EQ 'SPE_E5').EndsAt | Should -Be ([datetime]::new(2026, 12, 10, 0, 0, 0, [System.DateTimeKind]::Utc))
    }

    It 'labels what looks unlimited as a guess' {
        $flow = $seats | Where-Object SkuPartNumber -EQ 'FLOW_FREE'
        $flow.LooksUnlimited | Should -BeTrue
        ($flow | Out-String -Width 100) | Should -Match 'unlimited\?'
        ($seats | Where-Object SkuPartNumber -EQ 'SPE_E5').LooksUnlimited | Should -BeFalse
    }

    It 'is about one product where one is named' {
        (Get-MgLicenseSummary -SkuId 'Visio Plan 2').SkuPartNumber | Should -Be 'VISIOCLIENT'
    }

    It 'leaves open what it could not read, with a warning' {
        $null = Set-MgLocalTenant -Setting @{ faults = @(@{ on = @{ path = '/directory/subscriptions' }; status = 403 }) }
        try {
            $recorded = Invoke-Recorded { Get-MgLicenseSummary }
            $recorded.Output.Count | Should -Be 4
            @($recorded.Output.EndsAt).Where({ $_ }) | Should -BeNullOrEmpty
            $recorded.Warnings | Should -Match 'when subscriptions end'
        } finally {
            $null = Set-MgLocalTenant -Setting @{ faults = @() }
        }
    }
}

Describe 'Get-MgLicenseFinding' {
    BeforeAll {
        $null = Connect-TestTenant (New-Seed)
        $findings = Get-MgLicenseFinding
        function Get-Finding { param($Kind, $From = $findings) $From | Where-Object Kind -EQ $Kind }
    }

    It 'finds <Kind> with its severity, count and users' -ForEach @(
        @{ Kind = 'GroupError'; Severity = 'High'; Count = 1; Users = 'eve@contoso.com' }
        @{ Kind = 'NoLocation'; Severity = 'Medium'; Count = 1; Users = 'cy@contoso.com' }
        @{ Kind = 'Hybrid'; Severity = 'Medium'; Count = 1; Users = 'cy@contoso.com' }
        @{ Kind = 'Disabled'; Severity = 'Medium'; Count = 1; Users = 'dee@contoso.com' }
        @{ Kind = 'NeverSignedIn'; Severity = 'Medium'; Count = 1; Users = 'gus_fabrikam.com#EXT#@contoso.com' }
        @{ Kind = 'Inactive'; Severity = 'Medium'; Count = 1; Users = 'bob@contoso.com' }
        @{ Kind = 'DirectAndGroup'; Severity = 'Low'; Count = 1; Users = 'bob@contoso.com' }
        @{ Kind = 'LicensedGuest'; Severity = 'Low'; Count = 1; Users = 'gus_fabrikam.com#EXT#@contoso.com' }
    ) {
        $finding = Get-Finding $Kind
        @($finding).Count | Should -Be 1
        $finding.Severity | Should -Be $Severity
        $finding.Count | Should -Be $Count
        $finding.Users.UserPrincipalName | Should -Be $Users
        $finding.Why | Should -Match '\.$'
        $finding.Repair | Should -Not -BeNullOrEmpty
    }

    It 'finds what is short, ending, unused' {
        (Get-Finding SeatsShort).SkuPartNumber | Should -Be 'VISIOCLIENT'
        (Get-Finding SeatsShort).Severity | Should -Be 'High' -Because 'somebody waits'
        (Get-Finding Expiring).SkuPartNumber | Sort-Object | Should -Be 'SPE_E3', 'SPE_E5'
        (Get-Finding UnusedSeats).SkuPartNumber | Should -Not -Contain 'FLOW_FREE'
    }

    It 'puts the worst first' {
        $rank = @{ High = 0; Medium = 1; Low = 2; Info = 3; Unknown = 4 }
        $order = $findings.ForEach({ $rank[$_.Severity] })
        $order | Should -Be ($order | Sort-Object)
    }

    It 'gives only the kinds that are asked for, in any case' {
        (Get-MgLicenseFinding -Kind hybrid).Kind | Should -Be 'Hybrid'
    }

    It 'asks for no page of sign-ins where no kind needs it' {
        $null = Get-MgLocalTenantRequest -Clear
        $null = Get-MgLicenseFinding -Kind NoLocation
        (Get-MgLocalTenantRequest | Where-Object Path -Match '/users\?').Path | Should -Not -Match 'signInActivity'
    }

    It 'leaves out members of a group, and whom a filter chooses' {
        Get-MgLicenseFinding -Kind Disabled -ExcludeGroup Leave | Should -BeNullOrEmpty
        Get-MgLicenseFinding -Kind Inactive -ExcludeFilter "startsWith(userPrincipalName,'bob')" | Should -BeNullOrEmpty
        Get-MgLicenseFinding -Kind SeatsShort -ExcludeSkuId VISIOCLIENT | Should -BeNullOrEmpty
    }

    It 'counts days of inactivity as told' {
        Get-MgLicenseFinding -Kind Inactive -InactiveDays 310 | Should -BeNullOrEmpty
        (Get-MgLicenseFinding -Kind Inactive -InactiveDays 300).Repair | Should -Match '-InactiveDays 300'
    }

    It 'finds a product that adds nothing' {
        $seed = New-Seed
        # FLOW_FREE with all but the one plan off that E5 holds too would be a made-up case; E3 beside E5 is the usual one.
        $e5 = (Get-MgLicenseProduct -Name SPE_E5).ServicePlans.Id
        $off = (Get-MgLicenseProduct -Name SPE_E3).ServicePlans.Where({ $_.Id -notin $e5 }).Id
        $seed.users[0].assignedLicenses = @(@{ skuPartNumber = 'SPE_E5' }, @{ skuPartNumber = 'SPE_E3'; disabledPlans = @($off) })
        $null = Connect-TestTenant $seed
        $finding = Get-MgLicenseFinding -Kind Redundant
        $finding.SkuPartNumber | Should -Be 'SPE_E3'
        $finding.Users.UserPrincipalName | Should -Be 'ada@contoso.com'
    }

    It 'finds services that are not ready and shared mailboxes where they are asked for' {
        $seed = New-Seed
        foreach ($user in $seed.users) { $user.mailboxSettings = @{ userPurpose = 'user' } }
        $seed.users[0].mailboxSettings.userPurpose = 'shared'
        # The seed's licences are as old as the accounts, which were made at its clock.
        $null = Connect-TestTenant $seed -Setting @{ lag = @{ provisioningSeconds = 60 } }
        Get-MgLicenseFinding -Kind Disabled | Should -Not -BeNullOrEmpty
        (Get-MgLicenseFinding | Where-Object Kind -In 'NotProvisioned', 'SharedMailbox') | Should -BeNullOrEmpty
        $null = Get-MgLocalTenantRequest -Clear
        $shared = Get-MgLicenseFinding -Kind Unread -IncludeSharedMailbox
        $shared.Kind | Should -Be 'SharedMailbox'
        $shared.Users.UserPrincipalName | Should -Be 'ada@contoso.com'
        @(Get-MgLocalTenantRequest | Where-Object Path -Match 'mailboxSettings').Count | Should -Be 4 -Because 'four users hold a product'
        $pending = Get-MgLicenseFinding -Kind NotProvisioned
        ($pending | Where-Object Subject -EQ 'TEAMS1').Users.UserPrincipalName | Sort-Object | Should -Be 'ada@contoso.com', 'bob@contoso.com', 'gus_fabrikam.com#EXT#@contoso.com'
    }

    It 'tells what could not be read, and the rest all the same' {
        $null = Connect-TestTenant (New-Seed) -Setting @{ faults = @(
                @{ on = @{ path = '/directory/subscriptions' }; status = 403 }
                @{ on = @{ path = '/users'; query = 'signInActivity' }; status = 403 }
            ) }
        $recorded = Invoke-Recorded { Get-MgLicenseFinding }
        $recorded.Errors.FullyQualifiedErrorId | Should -BeLike 'PartialResult,*'
        $recorded.Errors[0].Exception.Message | Should -Match 'when subscriptions end'
        $unknown = $recorded.Output | Where-Object Severity -EQ 'Unknown'
        $unknown.Kind | Sort-Object | Should -Be 'Inactive', 'NeverSignedIn'
        $unknown[0].Count | Should -BeNullOrEmpty
        ($recorded.Output | Where-Object Kind -EQ 'Disabled').Count | Should -Be 1
    }

    It 'is not connected without a connection' {
        Disconnect-TestTenant
        (Invoke-Recorded { Get-MgLicenseFinding }).Errors[0].Exception.Message | Should -Match 'Connect-MgGraph'
    }
}
