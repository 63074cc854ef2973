# The calls that licensing scripts make most, written as the scripts write them, against one small company.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule

    # The company, and beside it: Flo, whose SPE_E5 comes through the group Leads, and Hal, who is synchronised from a
    # directory on premises and has neither location nor licence.
    $seed = Get-CompanySeed
    $seed.users += @{
        id = 'aaaaaaaa-0000-4000-8000-000000000007'; userPrincipalName = 'flo@contoso.com'; displayName = 'Flo Ford'; mailNickname = 'flo'
        usageLocation = 'GB'; accountEnabled = $true; userType = 'Member'
        licenseAssignmentStates = @(@{ skuPartNumber = 'SPE_E5'; assignedByGroup = 'Leads'; state = 'Active'; disabledPlans = @() })
    }
    $seed.users += @{
        id = 'aaaaaaaa-0000-4000-8000-000000000008'; userPrincipalName = 'hal@contoso.com'; displayName = 'Hal Hunt'; mailNickname = 'hal'
        accountEnabled = $true; userType = 'Member'; onPremisesSyncEnabled = $true
    }
    $leads = 'bbbbbbbb-0000-4000-8000-000000000002'
    $e5 = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
    $e3 = '05e9a617-0261-4cee-bb44-138d3ef5d965'
    $flow = 'f30db892-07e9-47e9-837c-80727f46fd3d'
    $sway = 'a23b959c-7ce8-4e57-9140-b90eb88a9e97'
    $path = New-TestTenant -Seed $seed

    function Get-FirstName {
        param([Parameter(ValueFromPipeline)] $User)
        process { $User.DisplayName.Split(' ')[0] }
    }
}

AfterAll {
    Disconnect-TestTenant
    Use-MgLocalTenant -Off
}

Describe 'Signing in' {
    It 'works as scripts do it, once the tenant is chosen' {
        Use-MgLocalTenant -Path $path
        Connect-MgGraph -Scopes 'User.ReadWrite.All', 'Organization.Read.All' -NoWelcome -WarningAction SilentlyContinue
        (Get-MgContext).Scopes -contains 'User.ReadWrite.All' | Should -BeTrue
        Connect-MgGraph -Scopes 'User.ReadWrite.All' -WarningAction SilentlyContinue | Out-Null
        $tenant = (Get-MgContext).TenantId
        Connect-MgGraph -ClientId 'app' -TenantId $tenant -CertificateThumbprint ('0' * 40) -NoWelcome -WarningAction SilentlyContinue
        (Get-MgContext).AuthType | Should -Be 'AppOnly'
        Disconnect-MgGraph | Out-Null
        Get-MgContext | Should -BeNullOrEmpty
    }
}

Describe 'An answer that nobody has looked at' {
    BeforeAll {
        Connect-TestFile $path
    }

    # It is read at the first look, which may be of any kind and come from anywhere.
    It 'is all there whatever is looked at first: <Name>' -ForEach @(
        @{ Name = 'a property'; Look = { $args[0].DisplayName } }
        @{ Name = 'what the class has no property for'; Look = { $args[0].AdditionalProperties.Count } }
        @{ Name = 'its JSON'; Look = { $args[0].ToJsonString() } }
        @{ Name = 'a cast'; Look = { [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] $args[0] } }
    ) {
        $user = Get-MgUser -UserId ada@contoso.com
        $null = & $Look $user
        $user.DisplayName | Should -Be 'Ada Archer'
        $user.AdditionalProperties['@odata.context'] | Should -BeLike '*$metadata#users*'
        ($user.ToJsonString() | ConvertFrom-Json).userPrincipalName | Should -Be 'ada@contoso.com'
    }

    It 'keeps what is set before anything is read, and the rest of the answer' {
        $user = Get-MgUser -UserId ada@contoso.com
        $user.DisplayName = 'Somebody'
        $user.JobTitle = $null
        $user.DisplayName | Should -Be 'Somebody'
        $user.JobTitle | Should -BeNullOrEmpty
        $user.UserPrincipalName | Should -Be 'ada@contoso.com'
        $user.AdditionalProperties = [System.Collections.Generic.Dictionary[string, object]]::new()
        $user.AdditionalProperties.Count | Should -Be 0
        $user.UserPrincipalName | Should -Be 'ada@contoso.com'
    }

    It 'is whole for all who look at it at the same time' {
        $users = foreach ($time in 1..100) { Get-MgUser -UserId ada@contoso.com }
        $missing = 1..4 | ForEach-Object -ThrottleLimit 4 -Parallel {
            foreach ($user in $using:users) {
                if ($user.UserPrincipalName -ne 'ada@contoso.com' -or $user.Id -ne 'aaaaaaaa-0000-4000-8000-000000000001') { $user }
            }
        }
        $missing | Should -BeNullOrEmpty
    }
}

Describe 'Reading' {
    BeforeAll {
        Connect-TestFile $path
    }

    It 'finds a product by its part number, with and without -All' {
        (Get-MgSubscribedSku -All | Where-Object SkuPartNumber -EQ 'SPE_E5').SkuId | Should -Be $e5
        (Get-MgSubscribedSku | Where-Object { $_.SkuPartNumber -eq 'SPE_E5' }).SkuId | Should -Be $e5
        (Get-MgSubscribedSku -Property SkuPartNumber, SkuId | Where-Object SkuPartNumber -EQ 'SPE_E5').SkuId | Should -Be $e5
    }

    It 'counts free seats' {
        $free = @{}
        Get-MgSubscribedSku | Select-Object SkuPartNumber, ConsumedUnits, @{ n = 'Enabled'; e = { $_.PrepaidUnits.Enabled } } |
            ForEach-Object { $free[$_.SkuPartNumber] = $_.Enabled - $_.ConsumedUnits }
        $free['SPE_E5'] | Should -Be 9
        $free['SPE_E3'] | Should -Be 24
        $free['VISIOCLIENT'] | Should -Be 0
        $free['FLOW_FREE'] | Should -Be 10000
    }

    It 'reads one product by the id of tenant and product' {
        $tenant = (Get-MgOrganization).Id
        (Get-MgSubscribedSku -SubscribedSkuId "${tenant}_$e5").SkuPartNumber | Should -Be 'SPE_E5'
    }

    It 'lists users: <Call>' -ForEach @(
        @{ Call = 'Get-MgUser -All'; Names = 'Ada', 'Bob', 'Cy', 'Dee', 'Eve', 'Flo', 'Gus', 'Hal' }
        @{ Call = 'Get-MgUser -All -Property Id,DisplayName,UserPrincipalName,AssignedLicenses'; Names = 'Ada', 'Bob', 'Cy', 'Dee', 'Eve', 'Flo', 'Gus', 'Hal' }
        @{ Call = 'Get-MgUser -Filter "userPrincipalName eq ''bob@contoso.com''"'; Names = @('Bob') }
        @{ Call = 'Get-MgUser -Filter ''assignedLicenses/$count ne 0'' -ConsistencyLevel eventual -CountVariable c -All'; Names = 'Bob', 'Dee', 'Flo' }
        @{ Call = 'Get-MgUser -Filter ''assignedLicenses/$count eq 0'' -ConsistencyLevel eventual -CountVariable c -All'; Names = 'Ada', 'Cy', 'Eve', 'Gus', 'Hal' }
        @{ Call = 'Get-MgUser -Filter "assignedLicenses/any(x:x/skuId eq 05e9a617-0261-4cee-bb44-138d3ef5d965 )" -ConsistencyLevel eventual -CountVariable n -All'; Names = @('Bob') }
        @{ Call = 'Get-MgUser -Filter "assignedLicenses/any(x:x/skuId eq 06ebc4ee-1bb5-47dd-8120-11324bc54e06)" -All'; Names = @('Flo') }
        @{ Call = 'Get-MgUser -All -Filter "accountEnabled eq true and userType eq ''Member''" -Property Id,DisplayName'; Names = 'Ada', 'Bob', 'Cy', 'Dee', 'Flo', 'Hal' }
        @{ Call = 'Get-MgUser -Filter "usageLocation eq null" -All'; Names = 'Cy', 'Gus', 'Hal' }
        @{ Call = 'Get-MgUser -Filter "usageLocation eq null and userType eq ''Member''" -All'; Names = 'Cy', 'Hal' }
        @{ Call = 'Get-MgUser -Filter "usageLocation eq null" -ConsistencyLevel eventual -CountVariable n -All'; Names = 'Cy', 'Gus', 'Hal' }
        @{ Call = 'Get-MgUser -All -Filter "onPremisesSyncEnabled eq true"'; Names = @('Hal') }
        @{ Call = 'Get-MgUser -Filter "startswith(DisplayName, ''A'') OR startsWith(displayName,''B'')"'; Names = 'Ada', 'Bob' }
        @{ Call = 'Get-MgUser -Filter "Department in (''Finance'', ''Sales'')"'; Names = 'Ada', 'Bob', 'Cy', 'Dee' }
        @{ Call = 'Get-MgUser -Filter "accountEnabled eq false AND UserType eq ''Member''"'; Names = @('Eve') }
        @{ Call = 'Get-MgUser -Filter "endsWith(mail,''@contoso.com'')" -ConsistencyLevel eventual -CountVariable n'; Names = 'Ada', 'Bob' }
        @{ Call = 'Get-MgUser -Filter "usageLocation ne ''GB''" -ConsistencyLevel eventual -CountVariable n -Property DisplayName, UsageLocation | Where-Object UsageLocation'; Names = 'Dee', 'Eve' }
        @{ Call = 'Get-MgUser -Sort "displayName desc" -Top 2'; Names = 'Gus', 'Hal' }
    ) {
        $recorded = Invoke-Recorded ([scriptblock]::Create($Call))
        $recorded.Errors | Should -HaveCount 0
        @($recorded.Output | Get-FirstName | Sort-Object) | Should -Be $Names
    }

    It 'refuses what the service refuses: <Call>' -ForEach @(
        @{ Call = 'Get-MgUser -All -Filter ''assignedLicenses/$count ne 0'''; Code = 'Request_UnsupportedQuery' }
        @{ Call = 'Get-MgUser -Filter "userType ne ''Guest''"'; Code = 'Request_UnsupportedQuery' }
        @{ Call = 'Get-MgUser -Search "displayName:Ada"'; Code = 'Request_UnsupportedQuery' }
        @{ Call = 'Get-MgUser -Filter "assignedLicenses/any(x:x/skuId eq )"'; Code = 'BadRequest' }
        @{ Call = 'Get-MgUser -Filter "assignedLicenses/ ne 0" -ConsistencyLevel eventual -CountVariable n'; Code = 'BadRequest' }
        @{ Call = 'Get-MgUser -Filter "companyName eq ''x''"'; Code = 'Request_UnsupportedQuery' }
    ) {
        $recorded = Invoke-Recorded ([scriptblock]::Create($Call))
        $recorded.Output | Should -HaveCount 0
        $recorded.Errors | Should -HaveCount 1
        $recorded.Errors[0].FullyQualifiedErrorId | Should -BeExactly "$Code,Microsoft.Graph.PowerShell.Cmdlets.GetMgUser_List"
        "$($recorded.Errors[0])" | Should -MatchExactly '(?m)^Status: 400 \(BadRequest\)\r?$'
    }

    It 'catches a missing user' {
        $found = try { Get-MgUser -UserId nobody@contoso.com -Property Id -ErrorAction Stop } catch { 'caught' }
        $found | Should -Be 'caught'
    }

    It 'reads licence details and the plans in them' {
        $details = Get-MgUserLicenseDetail -UserId bob@contoso.com
        $details.SkuId | Should -Be $e3
        ($details.ServicePlans | Where-Object ProvisioningStatus -EQ 'Disabled').ServicePlanId | Should -Contain $sway
        (Get-MgUserLicenseDetail -UserId flo@contoso.com -All).SkuPartNumber | Should -Be 'SPE_E5'
        (Get-MgUserLicenseDetail -UserId bob@contoso.com -LicenseDetailsId $details.Id).SkuId | Should -Be $e3
        Get-MgUserLicenseDetail -UserId ada@contoso.com | Should -BeNullOrEmpty
    }

    It 'tells direct assignments from inherited ones' {
        $states = (Get-MgUser -UserId flo@contoso.com -Property LicenseAssignmentStates).LicenseAssignmentStates
        @($states | Where-Object { $null -eq $_.AssignedByGroup }) | Should -HaveCount 0
        @($states | Where-Object { $_.AssignedByGroup -eq $leads -and $_.State -eq 'Active' }).SkuId | Should -Be $e5
        $states = (Get-MgUser -UserId bob@contoso.com -Property LicenseAssignmentStates).LicenseAssignmentStates
        @($states | Where-Object { $null -eq $_.AssignedByGroup }).SkuId | Should -Be $e3
    }

    It 'unrolls the assignment states of many users' {
        $rows = @(Get-MgUser -All -Property Id, UserPrincipalName, LicenseAssignmentStates |
                Select-Object UserPrincipalName, Id -ExpandProperty LicenseAssignmentStates)
        @($rows.UserPrincipalName | Sort-Object) | Should -Be @('bob@contoso.com', 'dee@contoso.com', 'flo@contoso.com')
        ($rows | Where-Object UserPrincipalName -EQ 'flo@contoso.com').AssignedByGroup | Should -Be $leads
    }

    It 'finds groups, and who is in them' {
        $group = Get-MgGroup -Filter "displayName eq 'Staff'"
        $group.Id | Should -Be 'bbbbbbbb-0000-4000-8000-000000000001'
        @((Get-MgGroupMember -GroupId $group.Id -All).Id | Sort-Object) | Should -Be @('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-000000000002')
        Get-MgGroupMember -GroupId bbbbbbbb-0000-4000-8000-000000000003 | Should -BeNullOrEmpty
        (Get-MgUserMemberOf -UserId bob@contoso.com -DirectoryObjectId $leads).Id | Should -Be $leads
        (Get-MgGroup -GroupId $leads -Property DisplayName).DisplayName | Should -Be 'Leads'
        @(Get-MgGroup -Search '"displayName:Sta"' -ConsistencyLevel eventual).DisplayName | Should -Be 'Staff'
    }

    It 'reads the tenant' {
        (Get-MgOrganization).DisplayName | Should -Be 'Contoso'
        (Get-MgOrganization -OrganizationId (Get-MgContext).TenantId).DisplayName | Should -Be 'Contoso'
        @((Get-MgDomain).Id | Sort-Object) | Should -Be @('contoso.com', 'contoso.onmicrosoft.com')
        (Get-MgDomain -DomainId contoso.com).IsDefault | Should -BeTrue
        $subscription = Get-MgDirectorySubscription -All
        (Get-MgDirectorySubscription -CompanySubscriptionId $subscription.Id).SkuPartNumber | Should -Be 'SPE_E5'
    }
}

Describe 'Writing' {
    BeforeAll {
        Connect-TestFile $path
    }

    It 'assigns and takes away, the user by id and by name' {
        $user = Get-MgUser -UserId ada@contoso.com
        $sku = Get-MgSubscribedSku -All | Where-Object SkuPartNumber -EQ 'SPE_E5'
        Set-MgUserLicense -UserId $user.Id -AddLicenses @{ SkuId = $sku.SkuId } -RemoveLicenses @() | Out-Null
        $? | Should -BeTrue
        Get-Held 'ada@contoso.com' | Should -BeExactly 'SPE_E5'
        Set-MgUserLicense -UserId ada@contoso.com -AddLicenses @() -RemoveLicenses @($sku.SkuId) | Out-Null
        Get-Held 'ada@contoso.com' | Should -BeNullOrEmpty
        Get-SeatsUsed SPE_E5 | Should -Be 1
    }

    It 'assigns with plans off' {
        $plans = (Get-MgSubscribedSku -All | Where-Object SkuPartNumber -EQ 'SPE_E5').ServicePlans | Where-Object ServicePlanName -In 'SWAY', 'YAMMER_ENTERPRISE'
        $add = @(@{ SkuId = $e5; DisabledPlans = $plans.ServicePlanId })
        Set-MgUserLicense -UserId ada@contoso.com -AddLicenses $add -RemoveLicenses @() | Out-Null
        Get-PlanOff -UserId ada@contoso.com -SkuId $e5 | Should -Be @('7547a3fe-08ee-4ccb-b430-5077c5041653', $sway)
    }

    It 'swaps one product for another in one call' {
        $null = Get-MgLocalTenantRequest -Clear
        Set-MgUserLicense -UserId ada@contoso.com -AddLicenses @{ SkuId = $e3 } -RemoveLicenses @($e5) | Out-Null
        Get-LicenseBody | Should -HaveCount 1
        Get-Held 'ada@contoso.com' | Should -BeExactly 'SPE_E3'
    }

    It 'assigns from one hashtable' {
        $params = @{ AddLicenses = @(@{ SkuId = $flow }); RemoveLicenses = @() }
        Set-MgUserLicense -UserId ada@contoso.com -BodyParameter $params | Out-Null
        Get-Held 'ada@contoso.com' | Should -BeExactly 'FLOW_FREE SPE_E3'
    }

    It 'copies the licences of one user to another' {
        $from = Get-MgUser -UserId bob@contoso.com -Property AssignedLicenses
        Set-MgUserLicense -UserId eve@contoso.com -AddLicenses $from.AssignedLicenses -RemoveLicenses @() | Out-Null
        Get-Held 'eve@contoso.com' | Should -BeExactly 'SPE_E3'
        Get-PlanOff -UserId eve@contoso.com -SkuId $e3 | Should -Be (Get-PlanOff -UserId bob@contoso.com -SkuId $e3)
    }

    It 'sets a location, then assigns' {
        Update-MgUser -UserId cy@contoso.com -UsageLocation 'GB'
        Set-MgUserLicense -UserId cy@contoso.com -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() | Out-Null
        Get-Held 'cy@contoso.com' | Should -BeExactly 'FLOW_FREE'
    }

    It 'creates a user, ready for a licence' {
        $secret = @{ Password = 'xWwvJ]6NMw+bWH-d'; ForceChangePasswordNextSignIn = $true }
        $user = New-MgUser -DisplayName 'Jan Jones' -UserPrincipalName jan@contoso.com -MailNickname jan -PasswordProfile $secret -AccountEnabled -UsageLocation GB
        Set-MgUserLicense -UserId $user.Id -AddLicenses @{ SkuId = $flow } -RemoveLicenses @() | Out-Null
        Get-Held 'jan@contoso.com' | Should -BeExactly 'FLOW_FREE'
    }

    It 'does not take an inherited licence off its user' {
        $recorded = Invoke-Recorded { Set-MgUserLicense -UserId flo@contoso.com -AddLicenses @() -RemoveLicenses @($e5) | Out-Null; $? }
        $recorded.Output | Should -Be $false -Because 'scripts test $? after piping to Out-Null'
        $recorded.Errors[0].Exception.Message | Should -BeExactly '[Request_BadRequest] : User license is inherited from a group membership and it cannot be removed directly from the user.'
        Get-Held 'flo@contoso.com' | Should -BeExactly 'SPE_E5'
    }

    It 'assigns through a raw request' {
        $answer = Invoke-MgGraphRequest -Method POST -Uri "v1.0/users/dee@contoso.com/assignLicense" -Body @{ addLicenses = @(); removeLicenses = @('c5928f49-12ba-48f7-ada3-0d743a3601d5') }
        $answer.userPrincipalName | Should -Be 'dee@contoso.com'
        Get-Held 'dee@contoso.com' | Should -BeNullOrEmpty
    }
}
