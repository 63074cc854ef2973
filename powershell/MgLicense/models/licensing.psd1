# Models of products, licences and service plans. How to read this table: see README.md beside it.
@{
    MicrosoftGraphAssignedLicense         = @{
        Help       = 'One licence: a product, and the service plans of it that are switched off.'
        Closed     = $true
        FromText   = 'SkuId'
        Columns    = 'DisabledPlans', 'SkuId'
        Properties = @{
            DisabledPlans = 'words: Ids of the service plans that are switched off.'
            SkuId         = 'word: Id of the product.'
        }
    }
    MicrosoftGraphAssignedPlan            = @{
        Help       = 'A service plan that a user or an organization holds.'
        Closed     = $true
        Properties = @{
            AssignedDateTime = 'datetime: When the plan was assigned.'
            CapabilityStatus = 'word: Condition of the assignment: Enabled, Warning, Suspended, Deleted or LockedOut.'
            Service          = 'word: Name of the service, for instance exchange.'
            ServicePlanId    = 'word: Id of the service plan.'
        }
    }
    MicrosoftGraphProvisionedPlan         = @{
        Help       = 'A service plan as the service behind it has set it up.'
        Closed     = $true
        Properties = @{
            CapabilityStatus   = 'word: Condition of the assignment, for instance Enabled.'
            ProvisioningStatus = 'word: How far the service has come, for instance Success.'
            Service            = 'word: Name of the service, for instance exchange.'
        }
    }
    MicrosoftGraphLicenseAssignmentState  = @{
        Help       = 'Where a licence of a user comes from, and in what state it is.'
        Columns    = 'AssignedByGroup', 'DisabledPlans', 'Error', 'LastUpdatedDateTime', 'SkuId', 'State'
        Properties = @{
            AssignedByGroup     = 'word: Id of the group the licence comes from; null if it was assigned to the user directly.'
            DisabledPlans       = 'words: Ids of the service plans that this assignment switches off.'
            Error               = 'word: Why the assignment failed, for instance CountViolation.'
            LastUpdatedDateTime = 'datetime: When the state last changed.'
            SkuId               = 'word: Id of the product.'
            State               = 'word: Active, ActiveWithError, Disabled or Error.'
        }
    }
    MicrosoftGraphLicenseDetails          = @{
        Help       = 'A product a user is licensed for, with the state of each of its service plans.'
        Extends    = 'MicrosoftGraphEntity'
        Columns    = 'Id', 'SkuId', 'SkuPartNumber'
        Properties = @{
            ServicePlans  = 'MicrosoftGraphServicePlanInfo[]: The service plans of the product.'
            SkuId         = 'word: Id of the product.'
            SkuPartNumber = 'word: Part number of the product, for instance SPE_E5.'
        }
    }
    MicrosoftGraphServicePlanInfo         = @{
        Help       = 'A service plan of a product.'
        Columns    = 'AppliesTo', 'ProvisioningStatus', 'ServicePlanId', 'ServicePlanName'
        Closed     = $true
        Properties = @{
            AppliesTo          = 'word: What the plan can be assigned to: User or Company.'
            ProvisioningStatus = 'word: Success, Disabled, Error, PendingInput, PendingActivation or PendingProvisioning.'
            ServicePlanId      = 'word: Id of the service plan.'
            ServicePlanName    = 'word: Name of the service plan, for instance EXCHANGE_S_ENTERPRISE.'
        }
    }
    MicrosoftGraphLicenseUnitsDetail      = @{
        Help       = 'How many units of a product were bought, by their condition.'
        Columns    = 'Enabled', 'LockedOut', 'Suspended', 'Warning'
        Properties = @{
            Enabled   = 'int: Units that can be assigned.'
            LockedOut = 'int: Units locked out because the subscription was cancelled.'
            Suspended = 'int: Units of a subscription that has ended; they can be neither assigned nor used.'
            Warning   = 'int: Units of a subscription that has run out but is within its grace period.'
        }
    }
    MicrosoftGraphLicenseProcessingState  = @{
        Help       = 'How far a change of the licences of a group has reached its members.'
        Columns    = @('State')
        Properties = @{
            State = 'word: QueuedForProcessing, ProcessingInProgress, ProcessingComplete or ProcessingFailed.'
        }
    }
    MicrosoftGraphServiceProvisioningError = @{
        Help       = 'An error that a service published about an object.'
        Properties = @{
            CreatedDateTime = 'datetime: When the error was recorded.'
            IsResolved      = 'bool: Whether the error has been dealt with.'
            ServiceInstance = 'word: The instance of the service that published the error.'
        }
    }
    MicrosoftGraphSubscribedSku           = @{
        Help       = 'A product the organization has bought, with its units and its service plans.'
        Extends    = 'MicrosoftGraphEntity'
        Columns    = 'Id', 'AccountId', 'AccountName', 'AppliesTo', 'CapabilityStatus', 'ConsumedUnits', 'SkuId', 'SkuPartNumber', 'SubscriptionIds'
        Properties = @{
            AccountId        = 'word: Id of the account the product belongs to.'
            AccountName      = 'word: Name of the account the product belongs to.'
            AppliesTo        = 'word: What the product can be assigned to: User or Company.'
            CapabilityStatus = 'word: Enabled, Warning, Suspended, Deleted or LockedOut.'
            ConsumedUnits    = 'int: Units that are assigned.'
            PrepaidUnits     = 'MicrosoftGraphLicenseUnitsDetail: Units that were bought, by their condition.'
            ServicePlans     = 'MicrosoftGraphServicePlanInfo[]: The service plans of the product.'
            SkuId            = 'word: Id of the product.'
            SkuPartNumber    = 'word: Part number of the product, for instance SPE_E5.'
            SubscriptionIds  = 'words: Ids of the subscriptions that the units come from.'
        }
    }
    MicrosoftGraphCompanySubscription     = @{
        Help       = 'A commercial subscription of the organization: one purchase of a product.'
        Extends    = 'MicrosoftGraphEntity'
        Properties = @{
            CommerceSubscriptionId = 'word: Id of the subscription in the commerce system.'
            CreatedDateTime        = 'datetime: When the subscription was created.'
            IsTrial                = 'bool: Whether the subscription is a trial.'
            NextLifecycleDateTime  = 'datetime: When the subscription moves to its next state, for instance when it runs out.'
            OcpSubscriptionId      = 'word: Id of the subscription in the offer catalogue.'
            OwnerId                = 'word: Id of the account that owns the subscription.'
            OwnerTenantId          = 'word: Id of the tenant that owns the subscription.'
            OwnerType              = 'word: Kind of the owner.'
            ServiceStatus          = 'MicrosoftGraphServicePlanInfo[]: The service plans of the product, with their state.'
            SkuId                  = 'word: Id of the product.'
            SkuPartNumber          = 'word: Part number of the product, for instance SPE_E5.'
            Status                 = 'word: Enabled, Expired, Suspended, Warning or LockedOut.'
            TotalLicenses          = 'int: Number of units bought.'
        }
    }
    Components103UmuuRequestbodiesAssignlicenserequestbodyContentApplicationJsonSchema = @{
        Help       = 'The body of a change of licences.'
        Properties = @{
            AddLicenses    = 'MicrosoftGraphAssignedLicense[]: The licences to add or to change.'
            RemoveLicenses = 'words: Ids of the products to take away.'
        }
    }
    Paths6Fg5LiGroupsGroupIdMicrosoftGraphAssignlicensePostRequestbodyContentApplicationJsonSchema = @{
        Help       = 'The body of a change of licences of a group.'
        Properties = @{
            AddLicenses    = 'MicrosoftGraphAssignedLicense[]: The licences to add or to change.'
            RemoveLicenses = 'words: Ids of the products to take away.'
        }
    }
}
